import Foundation

/// What stands in headers for people to read: as it is where it is short and ASCII, else in encoded words (RFC 2047),
/// each on a line of its own.
enum HeaderText {
    /// With what stands before the first word a line has 76 characters at most: 39 bytes are 52 of base64.
    private static let wordBytes = 39
    private static let longestPlain = 60

    /// A text without a form of its own: a subject.
    static func unstructured(_ text: String) -> String { isPlain(text) ? text : words(text) }

    /// A name before an address.
    static func phrase(_ name: String) -> String {
        guard isPlain(name) else { return words(name) }
        return "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Whether a text would break out of its line, or steer whoever shows it.
    static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= longestPlain && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
            && text.first != " " && text.last != " "
    }

    private static func words(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(Character(scalar)).utf8)
            if words[words.count - 1].count + bytes.count > wordBytes { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}
