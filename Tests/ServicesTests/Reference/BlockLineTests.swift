import Testing

@testable import Services

/// What lines of files come to.
@Suite struct BlockLineTests {
    private static let plan = NumberingPlan(
        countries: ["US", "CA", "JM"],
        countryOfAreaCode: ["212": "US", "416": "CA", "787": "US", "876": "JM"],
        countryOfState: ["NY": "US", "ON": "CA", "PR": "US"])

    private static let codes = "State\tNPA-NXX\tOCN\tCompany\tRateCenter\tEffectiveDate\tUse\tAssignDate"
    private static let blocks = "Region,State,NPA,NXX,X,Status,Rate Center,Company,OCN,Effective Date,Code Holder OCN"
    private static let lerg = "npa,nxx,block_id,status,eff_date,ocn,company,company type,lata,rate centre,state,country"
    private static let canada = "NPA,CO Code (NXX),Status,Pooled,Exchange Area,Province,Company,OCN,Remarks"

    private static func day(_ text: String) -> CalendarDay { CalendarDay(text) ?? .beginning }

    struct Good: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: BlockFile
        let header: String
        let line: String
        let expected: BlockRow

        init(_ name: String, _ file: BlockFile, _ header: String, _ line: String, _ change: (inout BlockRow) -> Void) {
            testDescription = name
            self.file = file
            self.header = header
            self.line = line
            var row = BlockRow()
            row.npa = "212"
            row.nxx = "555"
            row.country = "US"
            change(&row)
            expected = row
        }
    }

    static let good: [Good] = [
        Good("an exchange of NANPA", .npaNXX, codes, "NY \t212-555\t9206\tVERIZON, INC\tNWYRCYZN01\t05/01/2003\tAS\t") {
            $0.state = "NY"
            $0.ocn = "9206"
            $0.company = "VERIZON, INC"
            $0.rateCentre = "NWYRCYZN01"
            $0.validFrom = day("2003-05-01")
        },
        Good(
            "a thousands block of NANPA, and not its code holder", .npaNXX, blocks,
            "1,NY,212,555,3,AS,NWYRCYZN01,\"ONVOY, LLC\",075f,2026-11-01,9206"
        ) {
            $0.block = "3"
            $0.state = "NY"
            $0.ocn = "075F"
            $0.company = "ONVOY, LLC"
            $0.rateCentre = "NWYRCYZN01"
            $0.validFrom = day("2026-11-01")
        },
        Good(
            "an exchange of Canada", .npaNXX, canada,
            "416,555,In Service,No,Toronto,ON,Bell Canada,8051,"
        ) {
            $0.npa = "416"
            $0.country = "CA"
            $0.state = "ON"
            $0.ocn = "8051"
            $0.company = "Bell Canada"
            $0.rateCentre = "Toronto"
        },
        Good("what is in force has always been", .lerg, lerg, "212,555,A,,,9206,Verizon,RBOC,132,NWYRCYZN01,NY,") {
            $0.state = "NY"
            $0.ocn = "9206"
            $0.company = "Verizon"
            $0.companyType = "rboc"
            $0.lata = "132"
            $0.rateCentre = "NWYRCYZN01"
        },
        Good("an end", .lerg, lerg, "212,555,7,d,12/01/2026 00:00:00,9206,,,,,NY,USA") {
            $0.block = "7"
            $0.isDisconnect = true
            $0.validFrom = day("2026-12-01")
            $0.state = "NY"
            $0.ocn = "9206"
        },
        Good("only what is needed", .lerg, "NPANXX,other", "212555,?") { _ in },
        Good("seven digits", .lerg, "Npa-Nxx-X,LATA", "212-555-4,13201") {
            $0.block = "4"
            $0.lata = "13201"
        },
        Good("a row of X is nothing", .lerg, lerg, "500,555,,,,MULT,,unheard of,XXXXX,XXXXXXXXXX,XX,") {
            $0.npa = "500"
            $0.country = nil
        },
        Good("states are of two countries alone", .lerg, lerg, "876,555,,,,,,,,KINGSTON,JM,") {
            $0.npa = "876"
            $0.rateCentre = "KINGSTON"
            $0.country = "JM"
        },
        Good("a new area code lies where its state is", .lerg, lerg, "327,555,,,,,,PCS,,,ON,") {
            $0.npa = "327"
            $0.companyType = "wireless"
            $0.state = "ON"
            $0.country = "CA"
        },
    ]

    @Test(arguments: good) func `a good line is a row`(line: Good) throws {
        #expect(try Self.read(line.file, "\(line.header)\n\(line.line)\n") == [.row(line.expected)])
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: BlockFile
        let header: String
        /// Column, field, value and the beginning of what is expected.
        let problems: [(Int, String, String, String)]

        init(_ file: BlockFile, _ header: String, _ line: String, _ problems: [(Int, String, String, String)]) {
            self.file = file
            self.header = header
            testDescription = line
            self.problems = problems
        }
    }

    static let bad: [Bad] = [
        Bad(
            .lerg, lerg, "112,55,B,,,,,,,,,",
            [
                (1, "npa", "112", "three digits"), (2, "nxx", "55", "three digits"),
                (3, "block_id", "B", "a digit, A for the whole exchange"),
            ]),
        Bad(
            .lerg, lerg, "212,555,,Q,13/45/2026,,,,,,,",
            [(5, "eff_date", "13/45/2026", "a date like"), (4, "status", "Q", "E, M, D or nothing")]),
        Bad(.lerg, lerg, "212,555,,M,,,,,,,,", [(5, "eff_date", "", "a date, because the status is M")]),
        Bad(
            .lerg, lerg, "212,555,,,,92-6,A\u{1}B,,12,,New York,UK",
            [
                (6, "ocn", "92-6", "four letters"), (7, "company", "A\u{FFFD}B", "text without control"),
                (9, "lata", "12", "three to five digits"), (11, "state", "New York", "two letters"),
                (12, "country", "UK", "a code of ISO 3166"),
            ]),
        Bad(.npaNXX, codes, "NY\t212 55\t9206\tX\tY\t\tAS", [(2, "NPA-NXX", "212 55", "area code and exchange")]),
        // The line is cut before the last field that counts.
        Bad(.npaNXX, "NPA,NXX,OCN,Status,State", "212,555,9206,AS", [(0, "", "4 fields", "at least 5 fields")]),
    ]

    @Test(arguments: bad) func `a bad line tells where and what is expected`(line: Bad) throws {
        let found = try Self.read(line.file, "\(line.header)\n\(line.testDescription)\n")
        guard case .bad(let problems) = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(problems.map(\.line) == line.problems.map { _ in 2 })
        #expect(problems.map(\.column) == line.problems.map(\.0))
        #expect(problems.map(\.field) == line.problems.map(\.1))
        #expect(problems.map(\.value) == line.problems.map(\.2))
        for (problem, expected) in zip(problems, line.problems) {
            #expect(problem.expected.hasPrefix(expected.3), "\(problem.expected)")
        }
    }

    @Test(
        arguments: [
            ("NY\t212-556\t\t\t\t\tAV\t", "AV"), ("NY\t212-557\t9206\tX\tY\t\tRT\t", "RT"),
            ("NY\t212-558\t9206\tX\tY\t\t\t", "without a status"),
        ])
    func `what nobody has is left out, by its name`(line: String, reason: String) throws {
        #expect(try Self.read(.npaNXX, "\(Self.codes)\n\(line)\n") == [.leftOut(reason)])
    }

    @Test func `a remark under the last line is left out, and so is a block without a company`() throws {
        #expect(try Self.read(.npaNXX, "\(Self.canada)\n,,,,,,,,As of 2026-11-01\n") == [.leftOut("empty")])
        #expect(try Self.read(.npaNXX, "npa,nxx,ocn\n212,555,\n") == [.leftOut("without a company")])
    }

    /// All readings of a file.
    static func read(_ file: BlockFile, _ text: String) throws -> [BlockLine.Reading] {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        let reader = try DelimitedReader(path: scratch.path)
        var (layout, isAtRecord) = try BlockLayout.read(reader, of: file)
        var readings: [BlockLine.Reading] = []
        while try isAtRecord || reader.next() {
            isAtRecord = false
            var line = BlockLine(reader, layout, file.source(of: layout), plan)
            readings.append(line.read())
        }
        return readings
    }
}
