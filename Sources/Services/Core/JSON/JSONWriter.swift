package import Foundation
package import Telecom

/// Writes compact JSON for the paths where a coder's reflection would cost more than the work itself.
///
/// Keys are written as given, in the order given; texts are escaped (RFC 8259, section 7).
package struct JSONWriter {
    /// What was written, in UTF-8.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// - Parameter capacity: how many bytes it will nearly always take.
    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// What was written.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `{"key":value,…}`
    package static func object(_ body: (inout JSONWriter) throws -> Void) rethrows -> String {
        var writer = JSONWriter()
        try writer.object(nil, body)
        return writer.text
    }

    /// An object; `body` writes its members.
    package mutating func object(_ key: String? = nil, _ body: (inout JSONWriter) throws -> Void) rethrows {
        try wrap(key, "{", "}", body)
    }

    /// An array; `body` writes its elements.
    package mutating func array(_ key: String? = nil, _ body: (inout JSONWriter) throws -> Void) rethrows {
        try wrap(key, "[", "]", body)
    }

    /// A text; nothing is written for `nil`.
    package mutating func text(_ key: String? = nil, _ value: String?) {
        guard let value else { return }
        begin(key)
        appendQuoted(value)
    }

    /// An id, as a text; nothing is written for `nil`.
    package mutating func id(_ key: String? = nil, _ value: UUID?) {
        guard let value else { return }
        quoted(key, value.appendText)
    }

    /// A time as the API writes it.
    package mutating func time(_ key: String, _ value: Date?) {
        guard let value else { return raw(key, "null") }
        text(key, Instant(value).text)
    }

    /// A text, or null.
    package mutating func textOrNull(_ key: String, _ value: String?) {
        if let value { text(key, value) } else { raw(key, "null") }
    }

    /// A whole number, or null.
    package mutating func numberOrNull(_ key: String, _ value: Int?) {
        if let value { number(key, value) } else { raw(key, "null") }
    }

    /// An id, or null.
    package mutating func idOrNull(_ key: String, _ value: UUID?) {
        if let value { id(key, value) } else { raw(key, "null") }
    }

    /// An amount, as a text: a number would be read as a double.
    package mutating func text(_ key: String? = nil, _ value: Money) { quoted(key, value.appendText) }

    /// A price per minute, as a text.
    package mutating func text(_ key: String? = nil, _ value: Rate) { quoted(key, value.appendText) }

    /// A whole number; nothing is written for `nil`.
    package mutating func number(_ key: String? = nil, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        begin(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// A number with so many decimals, halves away from zero; nothing is written for `nil`.
    package mutating func decimal(_ key: String? = nil, _ value: Double?, decimals: Int) {
        guard let value, value.isFinite else { return }
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let units = Int((value * Double(scale)).rounded())
        let (whole, part) = units.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
        let digits = String(repeating: "0", count: decimals - (decimals > 0 ? String(part).count : 0))
        begin(key)
        let text = (units < 0 ? "-" : "") + String(whole) + (decimals > 0 ? "." + digits + String(part) : "")
        bytes.append(contentsOf: text.utf8)
    }

    /// `true` or `false`.
    package mutating func flag(_ key: String? = nil, _ value: Bool) {
        begin(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A text as it stands between quotation marks.
    package static func escaped(_ text: String) -> String {
        var writer = JSONWriter()
        writer.appendQuoted(text)
        return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
    }

    /// JSON that is written already.
    package mutating func raw(_ key: String? = nil, _ json: some StringProtocol) {
        begin(key)
        bytes.append(contentsOf: json.utf8)
    }

    /// A member whose name is written with quotation marks and colon already, and whose value `write` adds as JSON, so
    /// many bytes at most: for who writes the same names very often.
    mutating func member(_ opening: RawSpan, most: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        bytes.append(addingCapacity: opening.byteCount + most + 1) { text in
            if needsComma { text.append(UInt8(ascii: ",")) }
            text.append(opening)
            write(&text)
        }
        needsComma = true
    }

    private mutating func wrap(
        _ key: String?, _ open: Unicode.Scalar, _ close: Unicode.Scalar,
        _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        begin(key)
        bytes.append(UInt8(ascii: open))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func begin(_ key: String?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let key else { return }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: key.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// A text that needs no escape.
    private mutating func quoted(_ key: String?, _ write: (inout [UInt8]) -> Void) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        write(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendQuoted(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        // Nearly always there is nothing to escape.
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: value.utf8)
            return
        }
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append("\\", Unicode.Scalar(byte))
            case UInt8(ascii: "\n"): append("\\", "n")
            case UInt8(ascii: "\r"): append("\\", "r")
            case UInt8(ascii: "\t"): append("\\", "t")
            case 0..<0x20:
                let hex = String(byte, radix: 16)
                bytes.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8)
            default: bytes.append(byte)
            }
        }
    }

    private mutating func append(_ first: Unicode.Scalar, _ second: Unicode.Scalar) {
        bytes.append(UInt8(ascii: first))
        bytes.append(UInt8(ascii: second))
    }
}
