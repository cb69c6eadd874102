import Foundation
import Telecom
import Testing

@testable import Services

/// Which codes get the 1 of North America, and which are not guessed.
@Suite struct SheetNumberingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let header: String
        let wanted: SheetCodes?
        /// What each code becomes; `nil` where it is a bad line.
        let codes: [(String, String?)]

        init(_ header: String, wanted: SheetCodes? = nil, _ codes: [(String, String?)]) {
            self.header = header
            self.wanted = wanted
            self.codes = codes
        }

        var testDescription: String { "\(header) \(wanted?.rawValue ?? "")" }
    }

    /// Nigeria is 234, and so is an area of Ohio; Egypt is 20, and 201 is in New Jersey.
    static let cases = [
        Case(
            "Prefix,Rate,Interstate,Intrastate",
            [
                ("234", nil), ("201200", nil), ("44", "44"), ("7", "7"), ("1234", "1234"), ("1", "1"),
                ("1201200", "1201200"), ("8801712345678", "8801712345678"), ("4930", "4930"), ("370", "370"),
                ("2012005555", nil), ("20120055551", "20120055551"), ("44;234", nil), ("201-205", nil), ("011", "011"),
            ]),
        Case(
            "Prefix,Rate,Interstate,Intrastate", wanted: .digits,
            [("234", "234"), ("201200", "201200"), ("44", "44"), ("1234", "1234")]),
        Case(
            "Prefix,Rate,Interstate,Intrastate", wanted: .npa,
            [("234", "1234"), ("1234", "1234"), ("44", nil), ("7", nil), ("20120055551", nil), ("011", nil)]),
        Case("Code,Rate", [("234", "234"), ("201200", "201200"), ("1234", "1234")]),
        Case("Code,Rate", wanted: .npa, [("234", "1234"), ("1234", "1234"), ("44", nil)]),
        Case(
            "NPANXX,Interstate,Intrastate",
            [
                ("201200", "1201200"), ("1201200", "1201200"), ("234", "1234"), ("822", "1822"), ("44", nil),
                ("8801712345678", nil), ("911", nil), ("1", "1"),
            ]),
        Case("NPANXX,Interstate,Intrastate", wanted: .digits, [("201200", "201200"), ("44", "44")]),
        Case("NPA,Rate", [("234", "1234"), ("49", nil)]),
        Case("Country Code,Interstate,Intrastate", [("234", "234"), ("1234", "1234")]),
        Case("Code,Area Code,Interstate,Intrastate", [("44", "44"), ("234", "234")]),
        Case("Code,Intrastate,Rate", [("234", nil)]),
    ]

    @Test(arguments: cases) func `no price is filed under another code than the sheet means`(
        example: Case
    ) throws {
        let layout = try #require(SheetLayout(header: example.header.split(separator: ",").map(String.init)))
        let numbering = SheetNumbering(layout, wanted: example.wanted)
        for (code, expected) in example.codes {
            let list = try CodeList(code, leading: "")
            let found = try? list.codes.map { code throws(CodeList.Problem) in try numbering.complete(code) }
            #expect(found?.first == expected, "\(code)")
        }
    }

    @Test func `a mixed sheet is told which lines may be read in two ways, and how to say which`() throws {
        let scratch = try ScratchFile("Prefix,Rate,Interstate,Intrastate\n44,0.01,,\n234,0.05,,\n1212,,0.001,0.002\n")
        defer { scratch.remove() }
        let reader = try DelimitedReader(path: scratch.path)
        let layout = try SheetLayout.read(reader)
        var problems: [String] = []
        while try reader.next() {
            var line = SheetLine(
                reader, layout, SheetOptions(), SheetNumbering(layout, wanted: nil),
                effective: Date(timeIntervalSince1970: 0))
            if case .bad(let found) = line.read() {
                problems += found.map { "\($0.line) \($0.field) \($0.value): \($0.expected)" }
            }
        }
        #expect(problems == ["3 Prefix 234: \(SheetNumbering.clearForm)"])
    }
}
