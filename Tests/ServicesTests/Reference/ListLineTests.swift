import Foundation
import Testing

@testable import Services

/// Lines of lists: pairs of exchanges, and ported numbers.
@Suite struct ListLineTests {
    private static let tenant = UUID()

    private func read(_ text: String, _ list: PublishedList) throws -> [ListLine.Reading] {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        let reader = try DelimitedReader(path: scratch.path)
        var (layout, isAtRecord) = try ListLayout.read(reader, of: list)
        var readings: [ListLine.Reading] = []
        while try isAtRecord || reader.next() {
            isAtRecord = false
            var line = ListLine(reader, layout)
            readings.append(line.read(as: list))
        }
        return readings
    }

    @Test(
        arguments: [
            (
                "NPA,NXX,TO NPA,TO NXX\n212,555,914,222",
                [["212", "555", "914", "222", "-infinity", ""]]
            ),
            (
                "Local calling areas\n\nFrom NPA-NXX,To NPA-NXX,Effective Date,End Date\n"
                    + "212-555,914 222,11/01/2026,2027-01-01\n",
                [["212", "555", "914", "222", "2026-11-01", "2027-01-01"]]
            ),
            // Without a header, in the usual orders.
            (
                "212,555,914,222\n212,556,914,222,20261101\n",
                [
                    ["212", "555", "914", "222", "-infinity", ""], ["212", "556", "914", "222", "2026-11-01", ""],
                ]
            ),
            ("212555,914222\n", [["212", "555", "914", "222", "-infinity", ""]]),
        ] as [(String, [[String]])])
    func `pairs of exchanges`(text: String, rows: [[String]]) throws {
        #expect(try read(text, .localAreas) == rows.map { .row($0) })
    }

    @Test(
        arguments: [
            ("tn,lrn,spid\n(212) 555-0100,2015550000,6529\n", ["+12125550100", "+12015550000", "6529"]),
            ("Number|Routing Number\n+12125550100|+12015550000\n", ["+12125550100", "+12015550000", ""]),
            ("2125550100,12015550000,ab1c\n", ["+12125550100", "+12015550000", "AB1C"]),
        ])
    func `ported numbers`(text: String, row: [String]) throws {
        #expect(try read(text, .portedNumbers(of: Self.tenant)) == [.row(row)])
    }

    @Test(arguments: [
        ("2125550100,", "without a routing number"), ("2125550100,2125550100", "not ported"), (",", "empty"),
    ])
    func `a number that is not ported is left out`(line: String, reason: String) throws {
        #expect(try read("tn,lrn\n" + line, .portedNumbers(of: Self.tenant)) == [.leftOut(reason)])
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let isPorted: Bool
        let text: String
        /// Line, column and field of each problem.
        let problems: [String]
        var testDescription: String { text }
    }

    @Test(arguments: [
        Bad(isPorted: false, text: "npa,nxx,tonpa,tonxx\n112,5555,914,222", problems: ["2 1 npa", "2 2 nxx"]),
        Bad(isPorted: false, text: "npa,nxx,tonpa,tonxx\n\n212,555,914", problems: ["3 0 "]),
        Bad(isPorted: false, text: "From,To\n212555,91422\n212555x,914222", problems: ["2 2 To", "3 1 From"]),
        Bad(
            isPorted: false, text: "from,to,valid from,valid to\n212555,914222,2026-02-30,x",
            problems: ["2 3 valid from", "2 4 valid to"]),
        Bad(
            isPorted: false, text: "from,to,valid from,valid to\n212555,914222,2026-02-01,2026-02-01",
            problems: ["2 4 valid to"]),
        Bad(isPorted: true, text: "tn,lrn\n+442079460958,2015550000", problems: ["2 1 tn"]),
        Bad(isPorted: true, text: "tn,lrn\n2125550100,1015550000\n212555,2015550000", problems: ["2 2 lrn", "3 1 tn"]),
        Bad(isPorted: true, text: "tn,lrn,spid\n2125550100,2015550000,65291", problems: ["2 3 spid"]),
        Bad(isPorted: true, text: "2125550100,2015550000\n2125550101,x", problems: ["2 2 lrn"]),
    ])
    func `a wrong field is told with its line and column`(_ bad: Bad) throws {
        let found = try read(bad.text, bad.isPorted ? .portedNumbers(of: Self.tenant) : .localAreas)
            .flatMap { reading -> [String] in
                guard case .bad(let problems) = reading else { return [] }
                return problems.map { "\($0.line) \($0.column) \($0.field)" }
            }
        #expect(found == bad.problems)
    }

    @Test(arguments: ["a,b\n1,2\n", "npa,nxx\n212,555\n", "", "2125550100,2015550000\n"])
    func `a file without a header of pairs is refused`(text: String) throws {
        #expect(throws: ImportFailure.self) { try read(text, .localAreas) }
    }

    @Test(arguments: ["a,b\n1,2\n", "tn,spid\n2125550100,6529\n", "", "212,555,914,222\n"])
    func `a file without a header of ported numbers is refused`(text: String) throws {
        #expect(throws: ImportFailure.self) { try read(text, .portedNumbers(of: Self.tenant)) }
    }
}
