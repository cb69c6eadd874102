import Foundation
import Telecom
import Testing

@testable import Services

/// What records of sheets come to, in the layouts of carriers.
@Suite struct SheetLineTests {
    private func read(
        _ text: String, blocks: BlockCodes? = nil, _ change: (inout SheetOptions) -> Void = { _ in }
    ) throws -> [String] {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        var options = SheetOptions()
        change(&options)
        let reader = try DelimitedReader(path: scratch.path)
        let layout = try SheetLayout.read(reader)
        var result: [String] = []
        while try reader.next() {
            var line = SheetLine(
                reader, layout, options, SheetNumbering(layout, wanted: options.codes),
                effective: Date(timeIntervalSince1970: 0), blocks: blocks)
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
            + (row.standing == .priced ? "" : " \(row.standing)") + from + until
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
        Sheet(
            testDescription: "a row says whether it blocks or leaves a code to a shorter one",
            text: "Code,Rate,Status\n44,0.01,current\n4470,,Blocked\n4471,,disabled\n4472,0.02,Fall Back\n",
            rows: [
                "44 0.01 - - - - - 6/6", "4470 - - - - - - 6/6 blocked", "4471 - - - - - - 6/6 disabled",
                "4472 0.02 - - - - - 6/6 disabled",
            ]),
        Sheet(
            testDescription: "digits, rate and enabled, as a table of routes has them",
            text: "digits,rate,enabled\n44,0.01,1\n4470,0.02,0\n4471,0.02,\n",
            rows: ["44 0.01 - - - - - 6/6", "4470 0.02 - - - - - 6/6 disabled", "4471 0.02 - - - - - 6/6"]),
        Sheet(
            testDescription: "a column of what is disabled",
            text: "prefix,rate,blocked,disabled\n44,0.01,no,no\n4470,,no,yes\n4471,,yes,no\n",
            rows: ["44 0.01 - - - - - 6/6", "4470 - - - - - - 6/6 disabled", "4471 - - - - - - 6/6 blocked"]),
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
        ("44,0.01,,,maybe", "5 maybe: increase, decrease, new, unchanged, removed, blocked or disabled"),
    ]

    @Test(arguments: faults) func `faults name the column, the value and what is expected`(
        line: String, problem: String
    ) throws {
        #expect(try read("Prefix,Rate,Increments,Effective Date,Status\n\(line)\n") == [problem])
    }

    /// 9206 has blocks in two areas, 075F in one of these.
    private static func blocks(_ codes: SheetCodes) -> BlockCodes {
        let rows = [
            ("9206", "132", "1212555"), ("9206", "132", "12125563"), ("9206", "730", "1310555"),
            ("075F", "730", "1310556"),
        ]
        return BlockCodes(
            codes,
            rows.map { ocn, lata, prefix in
                (
                    BlockCodes.Code(ocn: codes.usesOCN ? ocn : nil, lata: codes.usesLATA ? lata : nil),
                    [DigitPrefix(prefix)].compactMap(\.self)
                )
            })
    }

    private static func unknown(_ found: String, _ ocn: String) -> [String] {
        ["\(found): an OCN that has blocks of numbers, unlike \(ocn); --skip-unknown leaves it out"]
    }

    static let byBlocks: [(codes: SheetCodes, line: String, rows: [String])] = [
        (.ocn, "9206,132", ["1212555", "12125563", "1310555"]), (.ocn, "75F,", ["1 75F: \(BlockCodes.ocnForm)"]),
        (.ocn, "075f,x", ["1310556"]), (.ocn, "9206;075F,", ["1212555", "12125563", "1310555", "1310556"]),
        (.ocn, ",132", ["1 : \(BlockCodes.ocnForm)"]), (.ocn, ",", ["1 : \(BlockCodes.ocnForm)"]),
        (.ocn, "92 06,", ["1 92 06: \(BlockCodes.ocnForm)"]), (.ocn, "9206; 75,", unknown("1 9206; 75", "0075")),
        (.lata, ",730", ["1310555", "1310556"]), (.lata, "9206,73001", ["2 73001: \(BlockCodes.lataForm)"]),
        (.lata, ",999", ["2 999: a LATA that has blocks of numbers, unlike 999; --skip-unknown leaves it out"]),
        (.ocnLATA, "9206,730", ["1310555"]), (.ocnLATA, "9206,", ["2 : \(BlockCodes.lataForm)"]),
        (
            .ocnLATA, "9999,132",
            ["1 9999: an OCN that has blocks of numbers, unlike 9999; --skip-unknown leaves it out"]
        ),
        (
            .ocnLATA, "075F,132",
            ["2 132: a LATA in which 075F has blocks of numbers, unlike 132; --skip-unknown leaves it out"]
        ),
    ]

    @Test(arguments: byBlocks) func `prices of companies and areas are those of their blocks`(
        codes: SheetCodes, line: String, rows: [String]
    ) throws {
        let found = try read("OCN,LATA,Rate\n\(line),0.01\n", blocks: Self.blocks(codes))
        #expect(found == rows.map { $0.hasPrefix("1") && !$0.contains(":") ? "\($0) 0.01 - - - - - 6/6" : $0 })
    }

    @Test func `what has no numbers is left out where it may be`() throws {
        let text = "OCN,Rate\n9999,0.01\n9206;9998,0.02\n999,0.03\n#,0.04\n"
        #expect(
            try read(text, blocks: Self.blocks(.ocn)) { $0.skipsUnknown = true } == [
                "1212555 0.02 - - - - - 6/6", "12125563 0.02 - - - - - 6/6", "1310555 0.02 - - - - - 6/6",
                "1 #: \(BlockCodes.ocnForm)",
            ])
    }

    static let headers: [(header: String, wanted: SheetCodes?, codes: SheetCodes?)] = [
        ("NPANXX,OCN,LATA,Rate", nil, .digits), ("OCN,LATA,Rate", nil, .ocnLATA), ("OCN,Company,Rate", nil, .ocn),
        ("Lata,Interstate,Intrastate", nil, .lata), ("NPANXX,OCN,LATA,Rate", .ocnLATA, .ocnLATA),
        ("NPANXX,OCN,Rate", .lata, nil), ("OCN,LATA,Rate", .digits, nil), ("OCN,LATA,Rate", .lata, .lata),
    ]

    @Test(arguments: headers) func `the header tells what a sheet is priced by, or whoever reads it`(
        header: String, wanted: SheetCodes?, codes: SheetCodes?
    ) throws {
        let layout = try #require(SheetLayout(header: header.split(separator: ",").map(String.init)))
        #expect((try? layout.codes(wanted: wanted)) == codes)
    }

    @Test(arguments: ["blocked,,yes", "disabled,yes,", ",x,x"])
    func `a row is not blocked and disabled at once`(standing: String) throws {
        let problems = try read("Prefix,Status,Blocked,Disabled\n44,\(standing)\n")
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix(SheetLine.blockedOrDisabled) == true)
    }

    @Test func `what is removed is blocked, or left to a shorter code where the file is read so`() throws {
        let text = "Prefix,Rate,Status\n4470,,removed\n4471,,blocked\n4472,,disabled\n"
        let (blocked, disabled) = ("- - - - - - 6/6 blocked", "- - - - - - 6/6 disabled")
        #expect(try read(text) == ["4470 \(blocked)", "4471 \(blocked)", "4472 \(disabled)"])
        #expect(
            try read(text) { $0.blocksMissing = false }
                == ["4470 \(disabled)", "4471 \(blocked)", "4472 \(disabled)"])
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
