/// A JSON document, sent as jsonb; the server checks it.
package struct JSONText: Sendable, Hashable, PostgresEncodable, PostgresDecodable {
    /// In UTF-8.
    package let bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    package init(utf8 bytes: [UInt8]) { self.bytes = bytes }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package static var postgresType: UInt32 { PostgresType.jsonb }
    package static var postgresTypes: [UInt32] { [PostgresType.jsonb, PostgresType.json] }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(1)  // the version of jsonb's binary format
        bytes.append(contentsOf: self.bytes)
    }

    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let text = String(postgres: bytes, type: type) else { return nil }
        self.init(text)
    }
}
