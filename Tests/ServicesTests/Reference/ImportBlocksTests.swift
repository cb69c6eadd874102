import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Files of blocks on their way into the database. One test after the other, for all write the same table.
@Suite(.database, .serialized) struct ImportBlocksTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let header = "npa,nxx,block,status,effective date,ocn,state\n"

    /// Empties the tables, for the tests share them.
    private func begin() async throws {
        try await db.owner.run("delete from ref.npa_nxx_blocks")
        try await db.owner.run("delete from ref.block_imports")
    }

    @discardableResult
    private func take(
        _ text: String, as file: BlockFile = .lerg, _ change: (inout ImportOptions) -> Void = { _ in }
    ) async throws -> ImportResult {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        var options = ImportOptions()
        change(&options)
        return try await ImportBlocks(db.owner)(scratch.path, as: file, options)
    }

    private func counts(_ result: ImportResult) -> [Int] {
        [result.changes.new, result.changes.changed, result.changes.gone, result.changes.rows]
    }

    private func stored() async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', source, npa || nxx || block, valid_from, nullif(is_disconnect, false), ocn, state)
              from ref.npa_nxx_blocks order by npa, nxx, block, source, valid_from
            """
        ).values()
    }

    private func find(_ number: String, _ day: String) async throws -> String? {
        try await db.app.run(
            "select ocn from ref.find_block(\(number), \(day)::text::date::timestamp at time zone 'UTC')"
        ).value(String?.self) ?? nil
    }

    @Test func `a file twice is a file once`() async throws {
        try await begin()
        let text = Self.header + "212,555,A,,,9206,NY\n212,555,3,,,075F,NY\n"
        #expect(counts(try await take(text)) == [2, 0, 0, 2])
        let before = try await db.owner.run("select max(xmin::text::bigint) from ref.npa_nxx_blocks").value(Int.self)
        #expect(counts(try await take(text)) == [0, 0, 0, 2])
        let after = try await db.owner.run("select max(xmin::text::bigint) from ref.npa_nxx_blocks").value(Int.self)
        #expect(before == after, "no row was written")
        #expect(try await stored() == ["lerg 2125553 -infinity 075F NY", "lerg 212555A -infinity 9206 NY"])
    }

    @Test func `a later file replaces an earlier one, and a part does not`() async throws {
        try await begin()
        try await take(Self.header + "212,555,A,,,9206,NY\n212,556,A,,,9206,NY\n212,557,A,,,9206,NY\n")
        let part = Self.header + "212,556,A,,,075F,NY\n212,558,A,,,075F,NY\n"
        #expect(counts(try await take(part) { $0.isDelta = true }) == [1, 1, 0, 4])
        #expect(counts(try await take(part)) == [0, 0, 2, 2])
        #expect(try await stored() == ["lerg 212556A -infinity 075F NY", "lerg 212558A -infinity 075F NY"])
    }

    @Test func `each source is replaced apart`() async throws {
        try await begin()
        let codes = "State\tNPA-NXX\tOCN\tUse\nNY\t212-555\t9206\tAS\nNY\t212-556\t\tAV\n"
        let result = try await take(codes, as: .npaNXX)
        #expect(result.subject == "nanpa_codes" && counts(result) == [1, 0, 0, 1] && result.leftOut == ["AV": 1])
        try await take("NPA,NXX,X,OCN\n212,555,3,075F\n", as: .npaNXX)
        try await take(Self.header + "212,555,A,,,1111,NY\n")
        #expect(counts(try await take(codes, as: .npaNXX)) == [0, 0, 0, 1])
        #expect(
            try await stored() == [
                "nanpa_blocks 2125553 -infinity 075F", "lerg 212555A -infinity 1111 NY",
                "nanpa_codes 212555A -infinity 9206 NY",
            ])
    }

    @Test func `what begins later does not count before`() async throws {
        try await begin()
        try await take(
            Self.header + """
                212,555,A,,,9206,NY
                212,555,A,M,12/01/2026,075F,NY
                212,555,A,D,01/01/2027,075F,NY
                212,555,3,E,11/15/2026,1111,NY
                """)
        let number = "+12125553000"
        #expect(try await find(number, "2026-11-14") == "9206")
        #expect(try await find(number, "2026-11-15") == "1111")
        #expect(try await find("+12125554000", "2026-11-30") == "9206")
        #expect(try await find("+12125554000", "2026-12-01") == "075F")
        #expect(try await find("+12125554000", "2027-01-01") == nil)
        #expect(try await find(number, "2027-01-01") == "1111")
    }

    @Test func `a bad line is enough to change nothing, and all of them are listed`() async throws {
        try await begin()
        try await take(Self.header + "212,555,A,,,9206,NY\n")
        let before = try await stored()
        let scratch = try ScratchFile(
            Self.header + """
                212,556,A,,,9206,NY
                21,557,A,,,"92,06",NY
                212,558,A,,,9206,NY
                212,558,A,,,075F,NY
                212,558,A,,,9206,NY
                """)
        defer { scratch.remove() }
        var options = ImportOptions()
        let refused = try await ImportBlocks(db.owner)(scratch.path, as: .lerg, options)
        #expect(!refused.isApplied && refused.badLines == 2 && refused.problemCount == 3)
        #expect(try await stored() == before)
        #expect(
            try scratch.errors() == [
                "line,column,field,value,expected", "3,1,npa,21,\"three digits, the first 2 to 9\"",
                "3,6,ocn,\"92,06\",four letters or digits",
                "5,0,,212-558-A,one line a block and date; line 4 says something else",
            ])
        #expect(try await db.owner.run("select count(*) from ref.block_imports").value(Int.self) == 1)

        options.skipsBad = true
        let skipped = try await ImportBlocks(db.owner)(scratch.path, as: .lerg, options)
        #expect(skipped.isApplied && skipped.badLines == 2 && skipped.repeated == 1)
        #expect(counts(skipped) == [2, 0, 1, 2])
        #expect(try await stored() == ["lerg 212556A -infinity 9206 NY", "lerg 212558A -infinity 9206 NY"])
    }

    @Test func `a good file takes the list of errors of an earlier run away`() async throws {
        try await begin()
        let scratch = try ScratchFile(Self.header + "212,555,A,,,9206,NY\n")
        defer { scratch.remove() }
        try "old".write(toFile: scratch.errorsPath, atomically: true, encoding: .utf8)
        _ = try await ImportBlocks(db.owner)(scratch.path, as: .lerg)
        #expect(!scratch.hasErrors)
    }

    @Test func `a dry run says what would change, and changes nothing`() async throws {
        try await begin()
        try await take(Self.header + "212,555,A,,,9206,NY\n")
        let before = try await stored()
        let result = try await take(Self.header + "212,555,A,,,075F,NY\n212,556,A,,,075F,NY\n") { $0.isDryRun = true }
        #expect(counts(result) == [1, 1, 0, 2] && !result.isApplied)
        #expect(try await stored() == before)
    }

    @Test func `a file without a block is refused`() async throws {
        try await begin()
        await #expect(throws: ImportFailure("the file has no line of a block that somebody has")) {
            try await take(Self.header)
        }
    }

    @Test func `a large file goes through in parts, and a cut one is not taken for the whole`() async throws {
        try await begin()
        let lines = (0..<20_000).map { number in
            let exchange = 200 + number / 10 % 800
            return "\(212 + number / 8_000),\(exchange),\(number % 10),,,\(1000 + number % 9000),NY\n"
        }
        var heard: [ImportProgress] = []
        let scratch = try ScratchFile(Self.header + lines.joined())
        defer { scratch.remove() }
        let result = try await ImportBlocks(db.owner)(scratch.path, as: .lerg) { heard.append($0) }
        #expect(counts(result) == [20_000, 0, 0, 20_000] && result.problemCount == 0)
        #expect(heard.count >= 4 && heard.last?.lines == 20_000 && heard.last?.bytes == heard.last?.size)

        let cut = Self.header + lines.prefix(15_000).joined()
        let failure = try await #require(throws: ImportFailure.self) { try await take(cut) }
        #expect(failure.description.contains("the file lacks 5000 of the 20000 rows"))
        #expect(counts(try await take(cut) { $0.allowsShrink = true }) == [0, 0, 5_000, 15_000])
    }

    @Test func `what is loaded is told with its day`() async throws {
        try await begin()
        #expect(try await ReadBlockImports(db.owner)() == [])
        try await take(Self.header + "212,555,A,,,9206,NY\n212,555,A,M,12/01/2199,075F,NY\n") {
            $0.asOf = CalendarDay("2026-11-01")
        }
        let loaded = try await ReadBlockImports(db.owner)()
        #expect(loaded.map(\.source) == ["lerg"] && loaded.map(\.rows) == [2] && loaded.map(\.later) == [1])
        #expect(loaded.first?.asOf == "2026-11-01" && loaded.first?.fileName?.hasSuffix(".csv") == true)
    }

    /// Whose file it is comes from outside, so that the roles that serve cannot take one.
    @Test func `no role that serves may import`() async throws {
        try await begin()
        let scratch = try ScratchFile(Self.header + "212,555,A,,,9206,NY\n")
        defer { scratch.remove() }
        for database in [db.app, db.engine] {
            let error = try await #require(throws: PostgresError.self) {
                _ = try await ImportBlocks(database)(scratch.path, as: .lerg)
            }
            #expect(error.sqlState == "42501")
        }
        #expect(try await stored() == [])
    }
}
