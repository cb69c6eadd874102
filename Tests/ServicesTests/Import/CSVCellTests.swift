import Testing

@testable import Services

@Suite struct CSVCellTests {
    /// A cell, and how it stands in the file.
    @Test(arguments: [
        ("plain", "plain"), ("=1+1", "'=1+1"), ("+12125550100", "+12125550100"), ("-0.01", "-0.01"),
        ("-1+cmd", "'-1+cmd"),
        ("-", "'-"), ("@x", "'@x"), ("\tx", "\"'\tx\""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
        ("=\"x\"", "\"'=\"\"x\"\"\""), ("", ""), ("\r\n=x", "\"'\r\n=x\""),
        ("\"\u{301},=x", "\"\"\"\u{301},=x\""),
    ])
    func `a cell is no formula, and does not end before its end`(value: String, expected: String) {
        #expect(Array(CSVCell.text(value).unicodeScalars) == Array(expected.unicodeScalars))
    }
}
