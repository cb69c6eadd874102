import Catalog
import Postgres

/// A column of a table as JSON, written from what the server sent, byte by byte: an answer has thousands of them, and
/// each as a value of Swift's would cost more than reading the row.
///
/// Nothing of it is counted by reference: that would be done twice for each value.
struct ColumnJSON: Sendable {
    private let form: Form
    private let openingBytes: Int
    private let opening: InlineArray<72, UInt8>

    /// How it is written.
    private enum Form {
        case id
        case integer
        case flag
        case instant
        case day
        /// As it came.
        case json
        /// As it came, between quotation marks.
        case text
    }

    /// - Parameter field: selected as `RowShape` selects it.
    init(_ field: Resource.Field) {
        let bytes = Array("\"\(field.name)\":".utf8)
        // A name has 63 bytes at most (NAMEDATALEN).
        precondition(bytes.count <= 72)
        openingBytes = bytes.count
        opening = InlineArray { $0 < bytes.count ? bytes[$0] : 0 }
        form =
            switch field.kind {
            case .uuid: .id
            case .integer: .integer
            case .boolean: .flag
            case .timestamp: .instant
            case .date: .day
            case .json, .list: .json
            case .text, .decimal, .time, .address, .network, .bytes: .text
            }
    }

    /// Writes it as a member of an object.
    /// - Returns: `false` when it is of another type than the catalog says.
    func write(_ bytes: RawSpan?, _ type: UInt32, to json: inout JSONWriter) -> Bool {
        let opening = opening
        let name = unsafe opening.span.bytes.extracting(first: openingBytes)
        guard let bytes else {
            json.member(name, most: 4) { $0.append(literal: "null") }
            return true
        }
        if form == .text, Self.mustEscape(bytes) {
            // Seldom.
            let text = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
            let escaped = JSONWriter.escaped(text)
            json.member(name, most: escaped.utf8.count + 2) { Self.quote(&$0) { $0.append(escaped) } }
            return true
        }
        var isWritten = true
        json.member(name, most: bytes.byteCount + Self.mostBytes) { isWritten = append(bytes, type, to: &$0) }
        return isWritten
    }

    /// Of a value that is not written as it came.
    private static let mostBytes = 40

    private func append(_ bytes: RawSpan, _ type: UInt32, to text: inout OutputSpan<UInt8>) -> Bool {
        switch form {
        case .id:
            guard type == PostgresType.uuid, bytes.byteCount == 16 else { return false }
            Self.quote(&text) { Self.append(id: bytes, to: &$0) }
        case .integer:
            guard let number = Int(postgres: bytes, type: type) else { return false }
            Self.append(number, to: &text)
        case .flag:
            guard let flag = Bool(postgres: bytes, type: type) else { return false }
            text.append(literal: flag ? "true" : "false")
        case .instant:
            guard let instant = Instant(postgres: bytes, type: type) else { return false }
            Self.quote(&text, instant.appendText)
        case .day:
            guard let day = String(postgres: bytes, type: type) else { return false }
            Self.quote(&text) { $0.append(EndOfTime.shown(day: day)) }
        case .json: text.append(bytes)
        case .text: Self.quote(&text) { $0.append(bytes) }
        }
        return true
    }

    private static func quote(_ text: inout OutputSpan<UInt8>, _ write: (inout OutputSpan<UInt8>) -> Void) {
        text.append(UInt8(ascii: "\""))
        write(&text)
        text.append(UInt8(ascii: "\""))
    }

    private static func append(id bytes: RawSpan, to text: inout OutputSpan<UInt8>) {
        for index in 0..<8 {
            // 8-4-4-4-12 digits (RFC 9562, section 4).
            if index >= 2 && index <= 5 { text.append(UInt8(ascii: "-")) }
            let pair = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
            text.append(hexadecimal: UInt16(bigEndian: pair))
        }
    }

    private static func append(_ number: Int, to text: inout OutputSpan<UInt8>) {
        guard (0..<10_000).contains(number) else { return text.append(String(number)) }
        var divisor = number < 10 ? 1 : number < 100 ? 10 : number < 1_000 ? 100 : 1_000
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// RFC 8259, section 7. The server sends UTF-8; what is not ASCII goes as it is.
    private static func mustEscape(_ bytes: RawSpan) -> Bool {
        var offset = 0
        while offset &+ 8 <= bytes.byteCount {
            let eight = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            // Whether one is below a space, or is a quotation mark or a backslash: then a subtraction borrows from it.
            let (marks, slashes) = (eight ^ (ones &* 0x22), eight ^ (ones &* 0x5c))
            let borrowed =
                (eight &- (ones &* 0x20)) & ~eight | (marks &- ones) & ~marks | (slashes &- ones) & ~slashes
            if borrowed & (ones &* 0x80) != 0 { return true }
            offset &+= 8
        }
        for offset in offset..<bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
}
