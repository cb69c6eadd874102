import Foundation
import Telecom
import Testing

@testable import Services

/// What records of sheets come to, in the layouts of carriers.
@Suite struct SheetLineTests {
    private func read(_ text: String, _ change: (inout SheetOptions) -> Void = { _ in }) throws -> [String] {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        var options = SheetOptions()
        change(&options)
        let reader = try DelimitedReader(path: scratch.path)
        let layout = try SheetLayout.read(reader)
        var result: [String] = []
        while try reader.next() {
            var line = SheetLine(reader, layout, options, effective: Date(timeIntervalSince1970: 0))
            switch line.read() {
            case .rows(let rows): result += rows.map(Self.text)
            case .empty: result.append("empty")
            case .bad(let problems): result += problems.map { "\($0.column) \($0.value): \($0.expected)" }
            }
        }
        return result
    }

    /// Prefix, prices (flat, inter, intra, local, indeterminate, fee), increments, and what else is not usual.
    private static func text(_ row: SheetRow) -> String {
        let prices = [
            row.prices.rate, row.prices.interstate, row.prices.intrastate, row.prices.local, row.prices.indeterminate,
            row.prices.connectFee == .zero ? nil : row.prices.connectFee,
        ].map { $0.map { "\($0)" } ?? "-" }.joined(separator: " ")
        let from = row.validFrom == Date(timeIntervalSince1970: 0) ? "" : " " + row.validFrom.formatted(.iso8601)
        let until = row.validTo.map { " until " + $0.formatted(.iso8601) } ?? ""
        let name = row.destination.isEmpty ? "" : " " + row.destination
        return "\(row.prefix) \(prices) \(row.initialIncrement)/\(row.nextIncrement)\(name)"
            + (row.isBlocked ? " blocked" : "") + from + until
    }

    struct Sheet: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let rows: [String]
    }

    static let sheets = [
        Sheet(
            testDescription: "jurisdictional by NPANXX, without the 1",
            text: "NPANXX,Interstate,Intrastate,Indeterminate\n201200,0.0015,0.0034,.0034\n1201201,0.0016,0.0035,\n",
            rows: ["1201200 - 0.0015 0.0034 - 0.0034 - 6/6", "1201201 - 0.0016 0.0035 - - - 6/6"]),
        Sheet(
            testDescription: "by LRN prefix, with a date above the header",
            text: """
                ACME Wholesale,,
                EFFECTIVE DATE: 2016-04-18 00:00:01 UTC,,
                lrn_prefix,interstate,intrastate,effective_date,min_inc,add_inc
                1201200,0.0015,0.0034,2016-05-01,30,6

                """,
            rows: ["1201200 - 0.0015 0.0034 - - - 30/6 2016-05-01T00:00:00Z"]),
        Sheet(
            testDescription: "A-Z with lists, ranges, increments and statuses",
            text: """
                Country;Destination;Code(s);Rate;Effective Date;Status;Increments
                Germany;Germany Mobile;"4915;4916";0.0255;2026-12-01;increase;1/1
                Germany;Berlin;4930-4931;0.0073;2026-12-01;New;60/60
                Cuba;Cuba;53;;2026-12-01;removed;
                """.replacing("Code(s)", with: "Codes"),
            rows: [
                "4915 0.0255 - - - - - 1/1 Germany Mobile 2026-12-01T00:00:00Z",
                "4916 0.0255 - - - - - 1/1 Germany Mobile 2026-12-01T00:00:00Z",
                "4930 0.0073 - - - - - 60/60 Germany Berlin 2026-12-01T00:00:00Z",
                "4931 0.0073 - - - - - 60/60 Germany Berlin 2026-12-01T00:00:00Z",
                "53 - - - - - - 6/6 Cuba blocked 2026-12-01T00:00:00Z",
            ]),
        Sheet(
            testDescription: "termination rates with a connection cost",
            text: """
                Code,Destination,Connection Cost (USD),Grace Time,Cost / Min (USD),Initial Increment,Increment,Strip
                44,United Kingdom,0.01,0,$0.0061,30,6,

                """,
            rows: ["44 0.0061 - - - - 0.01 30/6 United Kingdom"]),
        Sheet(
            testDescription: "prefix, rate_cost, rate_increment, rate_minimum, rate_surcharge",
            text: "prefix,rate_cost,rate_increment,rate_minimum,rate_surcharge\n49,0.02,6,30,0.001\n",
            rows: ["49 0.02 - - - - 0.001 30/6"]),
        Sheet(
            testDescription: "country code and area code apart, tabs",
            text: "Country Code\tArea Code\tDestination\tPrice\n44\t20;207\tLondon\t0.005\n44\t\tUK\t0.006\n",
            rows: ["4420 0.005 - - - - - 6/6 London", "44207 0.005 - - - - - 6/6 London", "44 0.006 - - - - - 6/6 UK"]),
        Sheet(
            testDescription: "ends and blocks",
            text:
                "prefix,initial_rate,rate,valid_from,valid_till,reject_calls\n"
                + "7,9,0.1,2026-01-01,2026-02-01,no\n79,,,,,yes\n",
            rows: [
                "7 0.1 - - - - - 6/6 2026-01-01T00:00:00Z until 2026-02-01T00:00:00Z", "79 - - - - - - 6/6 blocked",
            ]),
    ]

    @Test(arguments: sheets) func `layouts of carriers`(sheet: Sheet) throws {
        #expect(try read(sheet.text) == sheet.rows)
    }

    static let faults: [(line: String, problem: String)] = [
        ("44,-0.01,,,", "2 -0.01: 0 to 200000"), ("44,NaN,,,", "2 NaN: a number with a decimal point, like 0.0045"),
        ("44,inf,,,", "2 inf: a number with a decimal point, like 0.0045"),
        ("44,1e-3,,,", "2 1e-3: a number with a decimal point, like 0.0045"),
        ("44,=A1*2,,,", "2 =A1*2: a number; this is a formula: export values"),
        ("44,\"0,0123\",,,", "2 0,0123: a number with a decimal point, like 0.0045"),
        ("44,0.123456789,,,", "2 0.123456789: at most eight decimals"),
        ("44,0,,,", "2 0: above 0 and at most 5 a minute; --accept-unusual takes it as it is"),
        ("44,61,,,", "2 61: above 0 and at most 5 a minute; --accept-unusual takes it as it is"),
        ("44,,,,", "2 : a price, or both interstate and intrastate, or a status that says it is gone"),
        (",0.01,,,", "1 : \(CodeList.form)"), ("44x,0.01,,,", "1 44x: \(CodeList.form)"),
        ("44,0.01,0/0,,", "3 0/0: steps of 1 to 3600 seconds"), ("44,0.01,1/x,,", "3 1/x: seconds, like 60/6"),
        ("44,0.01,1/1/1,,", "3 1/1/1: seconds, like 60/6"),
        ("44,0.01,,31/12/2026,", "4 31/12/2026: \(SheetTime.form); --days-first reads 31/12/2026"),
        ("44,0.01,,,maybe", "5 maybe: increase, decrease, new, unchanged, removed or blocked"),
    ]

    @Test(arguments: faults) func `faults name the column, the value and what is expected`(
        line: String, problem: String
    ) throws {
        #expect(try read("Prefix,Rate,Increments,Effective Date,Status\n\(line)\n") == [problem])
    }

    @Test func `prices of nothing and of much are taken when they are meant`() throws {
        let text = "Prefix,Rate\n1800,0\n881,61.5\n"
        #expect(
            try read(text) { $0.takesUnusual = true } == ["1800 0 - - - - - 6/6", "881 61.5 - - - - - 6/6"])
    }

    @Test(arguments: ["a,b\n1,2\n", "Prefix\n44\n", "Rate\n0.1\n", "\n\n", ""])
    func `a file without a header of codes and prices is none`(text: String) throws {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        let reader = try DelimitedReader(path: scratch.path)
        #expect(throws: ImportFailure.self) { try SheetLayout.read(reader) }
    }

    @Test func `a workbook is told from a sheet`() throws {
        let scratch = try ScratchFile([0x50, 0x4B, 0x03, 0x04, 0, 0, 0, 0])
        defer { scratch.remove() }
        #expect(throws: ImportFailure("\(scratch.path) is a workbook or an archive; export its sheet as CSV")) {
            try DelimitedReader(path: scratch.path)
        }
    }
}
