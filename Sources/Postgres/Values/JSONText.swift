/// A JSON document as text, sent as jsonb; the server checks it.
package struct JSONText: Sendable, Hashable, PostgresEncodable, PostgresDecodable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static var postgresType: UInt32 { PostgresType.jsonb }
    package static var postgresTypes: [UInt32] { [PostgresType.jsonb, PostgresType.json] }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(1)  // the version of jsonb's binary format
        bytes.append(contentsOf: text.utf8)
    }

    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let text = String(postgres: bytes, type: type) else { return nil }
        self.text = text
    }
}
