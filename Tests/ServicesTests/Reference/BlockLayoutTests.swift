import Testing

@testable import Services

@Suite struct BlockLayoutTests {
    @Test(
        arguments: [
            (BlockFile.lerg, "NPA,NXX,OCN", BlockSource.lerg), (.lerg, "npa|nxx|block", .lerg),
            (.npaNXX, "State\tNPA-NXX\tOCN\tUse", .nanpaCodes), (.npaNXX, "NPA,NXX,X,OCN", .nanpaBlocks),
            (.npaNXX, "NPA,CO Code (NXX),Status,Province", .cnaCodes),
            (.npaNXX, "NPA,NXX,Block,Status,Province,Block Holder OCN,Code Holder OCN", .cnaBlocks),
        ])
    func `a header tells what the rows are about`(file: BlockFile, header: String, expected: BlockSource) throws {
        let scratch = try ScratchFile(header)
        defer { scratch.remove() }
        let (layout, isAtRecord) = try BlockLayout.read(DelimitedReader(path: scratch.path), of: file)
        #expect(file.source(of: layout) == expected && !isAtRecord)
    }

    @Test(arguments: BlockLayout.Field.allCases)
    func `every name of a field is understood, however it is written`(field: BlockLayout.Field) throws {
        let rest: [BlockLayout.Field: [String]] = [.npa: ["nxx"], .nxx: ["npa"], .npaNXX: []]
        for name in try #require(BlockLayout.aliases[field]) {
            for text in [name, name.uppercased(), " \(name.prefix(2))_\(name.dropFirst(2)) "] {
                let layout = try #require(BlockLayout(header: [text] + (rest[field] ?? ["npanxx"])))
                #expect(layout.columns[field] == 0, "\(text)")
            }
        }
    }

    @Test func `the better of two names is taken`() throws {
        let layout = try #require(BlockLayout(header: ["NPA", "NXX", "OCN", "Block Holder OCN", "RC LATA", "LATA"]))
        #expect(layout.columns[.ocn] == 3 && layout.columns[.lata] == 5)
    }

    /// A record of LERG 6 as it comes.
    static func lerg6(_ fields: [Int: String]) -> String {
        (0..<39).map { fields[$0] ?? "" }.joined(separator: ",")
    }

    @Test func `LERG 6 needs no header`() throws {
        let line = Self.lerg6([
            0: "132", 2: "M", 3: "\"12/01/2026 00:00:00\"", 4: "212", 5: "555", 6: "A", 14: "9999", 16: "9206",
            17: "NEW YORK",
            19: "NY", 20: "NWYRCYZN01", 31: "133",
        ])
        let readings = try BlockLineTests.read(.lerg, "\(line)\n\(line)\n")
        var row = BlockRow()
        row.npa = "212"
        row.nxx = "555"
        row.validFrom = try #require(CalendarDay("2026-12-01"))
        row.ocn = "9206"
        row.lata = "132"
        row.rateCentre = "NWYRCYZN01"
        row.state = "NY"
        row.country = "US"
        #expect(readings == [.row(row), .row(row)])
    }

    @Test func `a title may stand above the header`() throws {
        let readings = try BlockLineTests.read(.npaNXX, "File Date,11/01/2026\n\nNPA,NXX,OCN\n212,555,9206\n")
        #expect(readings.count == 1)
    }

    @Test(arguments: [(BlockFile.lerg, "a,b\n1,2\n"), (.npaNXX, "212,555,9206\n"), (.npaNXX, "")])
    func `a file without a header is refused`(file: BlockFile, text: String) throws {
        let failure = try #require(throws: ImportFailure.self) { try BlockLineTests.read(file, text) }
        #expect(failure.description.contains("the file has no header with NPA and NXX"))
    }
}
