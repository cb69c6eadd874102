/// Writes compact JSON for the paths where a coder's reflection would cost more than the work itself.
///
/// Keys are written as given, in the order given; texts are escaped (RFC 8259, section 7).
package struct JSONWriter {
    package private(set) var text = ""
    private var needsComma = false

    package init() {}

    /// `{"key":value,…}`
    package static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object(nil, body)
        return writer.text
    }

    /// An object; `body` writes its members.
    package mutating func object(_ key: String? = nil, _ body: (inout JSONWriter) -> Void) {
        wrap(key, "{", "}", body)
    }

    /// An array; `body` writes its elements.
    package mutating func array(_ key: String? = nil, _ body: (inout JSONWriter) -> Void) {
        wrap(key, "[", "]", body)
    }

    /// A text; nothing is written for `nil`.
    package mutating func text(_ key: String? = nil, _ value: String?) {
        guard let value else { return }
        begin(key)
        appendQuoted(value)
    }

    /// A whole number; nothing is written for `nil`.
    package mutating func number(_ key: String? = nil, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        begin(key)
        text += String(value)
    }

    /// `true` or `false`.
    package mutating func flag(_ key: String? = nil, _ value: Bool) {
        begin(key)
        text += value ? "true" : "false"
    }

    private mutating func wrap(_ key: String?, _ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
        begin(key)
        text += open
        needsComma = false
        body(&self)
        text += close
        needsComma = true
    }

    private mutating func begin(_ key: String?) {
        if needsComma { text += "," }
        needsComma = true
        guard let key else { return }
        text += "\"\(key)\":"
    }

    private mutating func appendQuoted(_ value: String) {
        text += "\""
        // Nearly every text needs no escape and goes in as a whole.
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            text += value
            text += "\""
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
