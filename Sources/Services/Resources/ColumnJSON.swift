import Catalog
import Postgres

/// A column of a table as JSON, written from what the server sent, byte by byte: an answer has thousands of them, and
/// each as a value of Swift's would cost more than reading the row.
struct ColumnJSON: Sendable {
    private let opening: [UInt8]
    private let kind: ValueKind

    /// - Parameter field: selected as `RowShape` selects it.
    init(_ field: Resource.Field) {
        opening = Array("\"\(field.name)\":".utf8)
        kind = field.kind
    }

    /// Writes it as a member of an object.
    /// - Throws: `PostgresError` when it is of another type than the catalog says.
    func write(_ column: Int, of row: Row, to json: inout JSONWriter) throws(PostgresError) {
        try row.read(column) { bytes, type throws(PostgresError) in
            var isRead = true
            json.member(opening) { text in
                guard let bytes else { return text.append(contentsOf: "null".utf8) }
                isRead = append(bytes, type, to: &text)
            }
            guard isRead else {
                throw PostgresError(.decoding, "column \(column) is of type \(type), and cannot be shown as \(kind)")
            }
        }
    }

    private func append(_ bytes: RawSpan, _ type: UInt32, to text: inout [UInt8]) -> Bool {
        switch kind {
        case .uuid:
            return Self.quoted(&text) { Self.append(id: bytes, type, to: &$0) }
        case .integer:
            guard let number = Int(postgres: bytes, type: type) else { return false }
            Self.append(number, to: &text)
        case .boolean:
            guard let flag = Bool(postgres: bytes, type: type) else { return false }
            text.append(contentsOf: flag ? "true".utf8 : "false".utf8)
        case .timestamp:
            guard let instant = Instant(postgres: bytes, type: type) else { return false }
            return Self.quoted(&text) {
                instant.appendText(to: &$0)
                return true
            }
        case .json, .list:
            unsafe bytes.withUnsafeBytes { unsafe text.append(contentsOf: $0) }
        case .date:
            guard let day = String(postgres: bytes, type: type) else { return false }
            return Self.quoted(&text) {
                $0.append(contentsOf: EndOfTime.shown(day: day).utf8)
                return true
            }
        default:
            return Self.quoted(&text) {
                Self.append(escaping: bytes, to: &$0)
                return true
            }
        }
        return true
    }

    private static func quoted(_ text: inout [UInt8], _ write: (inout [UInt8]) -> Bool) -> Bool {
        text.append(UInt8(ascii: "\""))
        let isWritten = write(&text)
        text.append(UInt8(ascii: "\""))
        return isWritten
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func append(id bytes: RawSpan, _ type: UInt32, to text: inout [UInt8]) -> Bool {
        guard type == PostgresType.uuid, bytes.byteCount == 16 else { return false }
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return true
    }

    private static func append(_ number: Int, to text: inout [UInt8]) {
        guard (0..<10_000).contains(number) else { return text.append(contentsOf: String(number).utf8) }
        var divisor = number < 10 ? 1 : number < 100 ? 10 : number < 1_000 ? 100 : 1_000
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// RFC 8259, section 7. The server sends UTF-8; what is not ASCII goes as it is.
    private static func append(escaping bytes: RawSpan, to text: inout [UInt8]) {
        for offset in 0..<bytes.byteCount
        where mustEscape(unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)) {
            // Seldom.
            let value = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
            return text.append(contentsOf: JSONWriter.escaped(value).utf8)
        }
        unsafe bytes.withUnsafeBytes { unsafe text.append(contentsOf: $0) }
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}
