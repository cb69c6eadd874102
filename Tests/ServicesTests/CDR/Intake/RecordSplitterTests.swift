import Foundation
import Testing

@testable import Services

@Suite struct RecordSplitterTests {
    private func split(_ bytes: [UInt8], _ style: RecordSplitter.Style) throws -> [RecordSplitter.Raw] {
        let splitter = RecordSplitter(ByteFeed(bytes), style)
        var records: [RecordSplitter.Raw] = []
        while let raw = try splitter.next() { records.append(raw) }
        #expect(splitter.offset == bytes.count)
        return records
    }

    private func text(_ raw: RecordSplitter.Raw) -> String {
        "\(raw.line) \(String(decoding: raw.bytes.prefix(40), as: UTF8.self))\(raw.expected.map { " ! \($0)" } ?? "")"
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", ["1 a,b", "2 1,2"]), ("a,b\r\n\r\n1,2", ["1 a,b", "3 1,2"]),
            ("\"a\nb\",c\nd,e\n", ["1 \"a\nb\",c", "3 d,e"]), ("a,5\" x\nb,6\n", ["1 a,5\" x", "2 b,6"]),
            ("a,\"b \"\"c\"\"\"\nd\n", ["1 a,\"b \"\"c\"\"\"", "2 d"]),
            ("a,\"b\nc,d\ne,f", ["1 a,\"b ! quotes that end", "2 c,d", "3 e,f"]),
            ("a,\"b", ["1 a,\"b ! quotes that end"]),
            ("", []), ("\n\n", []),
        ])
    func `lines with quotes`(written: String, expected: [String]) throws {
        #expect(try split(Array(written.utf8), .delimited(UInt8(ascii: ","))).map { text($0) } == expected)
    }

    @Test(
        arguments: [
            ("{\"a\":1}\n{\"b\":2}", ["1 {\"a\":1}", "2 {\"b\":2}"]),
            ("[{\"a\":1},\n{\"b\":2}]", ["1 {\"a\":1}", "2 {\"b\":2}"]),
            ("{\"a\":{\"x\":\"}\\\"{\"}}{\"b\":2}", ["1 {\"a\":{\"x\":\"}\\\"{\"}}", "1 {\"b\":2}"]),
            ("{\n\"a\":\n1}\n\n{}", ["1 {\n\"a\":\n1}", "5 {}"]),
            ("{\"a\":1", ["1 {\"a\":1 ! an object that ends; the file may be cut"]),
            ("oops\n{\"b\":2}", ["1 oops\n{\"b\":2} ! an object", "2 {\"b\":2}"]), ("[]", []), ("", []),
        ])
    func `objects`(written: String, expected: [String]) throws {
        #expect(try split(Array(written.utf8), .objects).map { text($0) } == expected)
    }

    @Test(arguments: [RecordSplitter.Style.lines, .delimited(UInt8(ascii: ",")), .objects])
    func `a record that is too long costs itself, and not its length`(style: RecordSplitter.Style) throws {
        let isObject = style == .objects
        let long = Array((isObject ? "{\"a\":\"" : "a,").utf8) + [UInt8](repeating: 0x78, count: 3 << 20)
        let scratch = try ScratchFile(long + Array((isObject ? "\"}\n{\"b\":2}\n" : "\nb,2\n").utf8))
        defer { scratch.remove() }
        let splitter = RecordSplitter(try ByteFeed(path: scratch.path, .auto), style)
        var records: [RecordSplitter.Raw] = []
        while let raw = try splitter.next() {
            records.append(raw)
            #expect(splitter.heldBytes < 3 << 20)
        }
        #expect(records.count == 2 && records[0].isCut && records[0].bytes.count <= 500)
        #expect(records[0].expected?.contains("at most 1 MB") == true)
        #expect(records[1].line == 2 && records[1].expected == nil)
    }

    @Test func `quotes that do not end cost their line, however much comes behind`() throws {
        let lines = (0..<6_000).map { "r\($0),some text of a field\n" }.joined()
        let records = try split(Array("a,\"b\n\(lines)".utf8), .delimited(UInt8(ascii: ",")))
        #expect(records.count == 6_001 && records.count { $0.expected != nil } == 1)
        #expect(records.last?.line == 6_001)
    }

    @Test func `who goes on in the middle reads what was left`() throws {
        let bytes = Array("a,b\n\"1\n1\",2\n3,4\n5,6".utf8)
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        let whole = RecordSplitter(try ByteFeed(path: scratch.path, .auto), .delimited(UInt8(ascii: ",")))
        _ = try whole.next()
        _ = try whole.next()
        let rest = RecordSplitter(
            try ByteFeed(path: scratch.path, .auto, from: whole.offset), .delimited(UInt8(ascii: ",")),
            offset: whole.offset, lines: whole.lines)
        #expect(try rest.next().map { text($0) } == "4 3,4")
        #expect(try rest.next().map { text($0) } == "5 5,6")
    }

    @Test(arguments: [false, true]) func `UTF-16 is read as what it says, also from the middle`(isBig: Bool) throws {
        let text = "id,name\n1,Montréal 𝄞\n2,x\n"
        let units = [0xFEFF] + Array(text.utf16)
        let bytes = units.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return isBig ? [high, low] : [low, high]
        }
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        let splitter = RecordSplitter(try ByteFeed(path: scratch.path, .auto), .lines)
        _ = try splitter.next()
        #expect(try splitter.next().map { self.text($0) } == "2 1,Montréal 𝄞")
        let rest = RecordSplitter(
            try ByteFeed(path: scratch.path, .auto, from: splitter.offset), .lines, offset: splitter.offset,
            lines: splitter.lines)
        #expect(try rest.next().map { self.text($0) } == "3 2,x")
    }

    @Test(
        arguments: [
            (Array("PK\u{3}\u{4}xx".utf8), "is a workbook or an archive; export its sheet as CSV"),
            ([0x1F, 0x8B, 8, 0], "is compressed; unpack it first"),
        ] as [([UInt8], String)])
    func `says what it is that cannot be read`(bytes: [UInt8], expected: String) throws {
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        let failure = try #require(throws: ImportFailure.self) { try ByteFeed(path: scratch.path, .auto) }
        #expect(failure.description.contains(expected))
    }
}
