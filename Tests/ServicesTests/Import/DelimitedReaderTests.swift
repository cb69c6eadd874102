import Foundation
import Testing

@testable import Services

@Suite struct DelimitedReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        /// Each record with the line on which it begins.
        let records: [(line: Int, fields: [String])]

        init(_ name: String, _ text: String, _ records: [(Int, [String])]) {
            self.init(name, Array(text.utf8), records)
        }

        init(_ name: String, _ bytes: [UInt8], _ records: [(Int, [String])]) {
            testDescription = name
            self.bytes = bytes
            self.records = records.map { (line: $0.0, fields: $0.1) }
        }
    }

    static let cases: [Case] = [
        Case("commas", "a,b\n1,2\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        Case("tabs, and a comma in a name", "a\tb\n1\tX, Inc\n", [(1, ["a", "b"]), (2, ["1", "X, Inc"])]),
        Case("semicolons", "a;b\n1;2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        Case("bars", "a|b\n1|2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        Case("one column", "a\n1\n", [(1, ["a"]), (2, ["1"])]),
        Case("carriage returns", "a,b\r\n1,2\r\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        Case("a byte order mark", [0xEF, 0xBB, 0xBF] + Array("a,b".utf8), [(1, ["a", "b"])]),
        Case("blank lines", "\n\r\na,b\n\n1,2\n\n", [(3, ["a", "b"]), (5, ["1", "2"])]),
        Case("white space around", " a ,\tb \n", [(1, ["a", "b"])]),
        Case("empty fields", "a,,\n,,\n", [(1, ["a", "", ""]), (2, ["", "", ""])]),
        Case("quotes", "\"a\",\"b, c\"\n\"say \"\"no\"\"\",2\n", [(1, ["a", "b, c"]), (2, ["say \"no\"", "2"])]),
        Case("a space before quotes", "a, \"b,c\"\n", [(1, ["a", "b,c"])]),
        Case("a line end in quotes", "a,\"b\nc\"\n1,2\n", [(1, ["a", "b\nc"]), (3, ["1", "2"])]),
        Case("quotes inside of a field", "a,5\" x 3\"\n", [(1, ["a", "5\" x 3\""])]),
        Case("UTF-8", "é,b\n", [(1, ["é", "b"])]),
        Case("ISO 8859-1", [0x4D, 0x6F, 0x6E, 0x74, 0x72, 0xE9, 0x61, 0x6C, 0x2C, 0x62], [(1, ["Montréal", "b"])]),
        Case("nothing", "", []),
    ]

    @Test(arguments: cases) func `reads`(file: Case) throws {
        let scratch = try ScratchFile(file.bytes)
        defer { scratch.remove() }
        let reader = try DelimitedReader(path: scratch.path)
        var records: [[String]] = []
        var lines: [Int] = []
        while try reader.next() {
            records.append((0..<reader.count).map { reader[$0] })
            lines.append(reader.line)
        }
        #expect(records == file.records.map(\.fields))
        #expect(lines == file.records.map(\.line))
        #expect(reader.bytesRead == file.bytes.count)
    }

    @Test func `a record may lie across the parts in which the file is read`() throws {
        let field = String(repeating: "x", count: 700_000)
        let scratch = try ScratchFile("a,\(field)\nb,\"\(field)\"\nc,d\n")
        defer { scratch.remove() }
        let reader = try DelimitedReader(path: scratch.path)
        var sizes: [Int] = []
        while try reader.next() { sizes.append(reader[1].utf8.count) }
        #expect(sizes == [700_000, 700_000, 1])
    }

    @Test(
        arguments: [
            (Array("a,b\n1,\"2\n3,4\n".utf8), "the quotes of the record that begins on line 2 do not end"),
            ([0xFF, 0xFE, 0x61, 0x00], "is UTF-16; save it as UTF-8"),
        ] as [([UInt8], String)])
    func `refuses what it cannot read`(bytes: [UInt8], expected: String) throws {
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        let failure = try #require(throws: ImportFailure.self) {
            let reader = try DelimitedReader(path: scratch.path)
            while try reader.next() {}
        }
        #expect(failure.description.contains(expected), "\(failure)")
    }

    @Test func `says that a file is not there`() {
        #expect(throws: ImportFailure("/nowhere/x.csv cannot be read")) {
            _ = try DelimitedReader(path: "/nowhere/x.csv")
        }
    }
}
