/// A cell of a file that people open in a spreadsheet (RFC 4180).
package enum CSVCell {
    /// Text from elsewhere: what a spreadsheet would take for a formula is marked as text by an apostrophe. A number
    /// with its sign is none.
    package static func text(_ value: String) -> String {
        let begins = value.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
        let scalars = (begins && !isNumber(value) ? "'" + value : value).unicodeScalars
        guard scalars.contains(where: { "\",\r\n\t".unicodeScalars.contains($0) }) else {
            return String(String.UnicodeScalarView(scalars))
        }
        // By scalars: a quotation mark with an accent is one character, and none to a spreadsheet.
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in scalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        return String(quoted) + "\""
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst()
        return !digits.isEmpty && digits.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    }
}
