/// What is wrong with a field of a file, so that whoever made it can mend it.
package struct ImportProblem: Sendable, Hashable {
    /// Line on which the record begins, from 1.
    package let line: Int
    /// Which field of it, from 1; 0 is the record as a whole.
    package let column: Int
    /// What the file calls the field.
    package let field: String
    package let value: String
    package let expected: String

    init(line: Int, column: Int, field: String, value: String, expected: String) {
        self.line = line
        self.column = column
        self.field = field
        self.value = value.forDisplay(80)
        self.expected = expected
    }

    static let header = "line,column,field,value,expected\n"

    /// As a line of a CSV file.
    var csv: String {
        "\(line),\(column),\(CSVCell.text(field)),\(CSVCell.text(value)),\(CSVCell.text(expected))\n"
    }
}

extension String {
    /// What a file says, fit for a terminal: cut, and without characters that would steer it.
    package func forDisplay(_ length: Int) -> String {
        let scalars = unicodeScalars.prefix(length).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }
}
