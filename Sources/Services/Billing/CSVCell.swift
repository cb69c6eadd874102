/// A cell of a file that people open in a spreadsheet (RFC 4180).
package enum CSVCell {
    /// Text from elsewhere: what a spreadsheet would take for a formula is marked as text by an apostrophe.
    package static func text(_ value: String) -> String {
        let isFormula = value.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + value : value
        let needsQuotes = safe.unicodeScalars.contains { "\",\r\n\t".unicodeScalars.contains($0) }
        guard needsQuotes else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
