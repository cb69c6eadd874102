import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// CDR files into the database: each line once, whatever happens in between.
@Suite(.database, .serialized) struct ImportSpoolTests {
    private let database: TestDatabase
    private let spool: SpoolDirectory

    init() throws {
        database = try TestDatabase.suite
        spool = try SpoolDirectory()
    }

    private func importer(_ directory: SpoolDirectory? = nil) -> ImportSpool {
        ImportSpool(database.engine, directory: (directory ?? spool).path) { false }
    }

    private func rows(_ name: String) async throws -> Int? {
        try await database.engine.run("select count(*) from cdr.raw_cdr where starts_with(call_id, \(name))").value()
    }

    @Test func `a file that comes twice is imported once`() async throws {
        defer { spool.remove() }
        try spool.write("cdr_1.log", SpoolDirectory.lines("twice", 3))
        #expect(try await importer()() == .init(files: 1, imported: 3))
        // As after a crash between the import and the archive.
        try spool.write("cdr_1.log.1.in", SpoolDirectory.lines("twice", 3))
        #expect(try await importer()() == .init(files: 1, repeated: 3))
        #expect(try await rows("twice") == 3)
    }

    @Test func `a line that is cut is put aside, and taken when it comes whole`() async throws {
        defer { spool.remove() }
        let text = SpoolDirectory.lines("cut", 3)
        // Nothing is missing but the end of the line: its last field may still lack something.
        try spool.write("cdr_1.log", String(text.dropLast()))
        #expect(try await importer()() == .init(files: 1, imported: 2, rejected: 1))
        try spool.write("cdr_1.log", text)
        #expect(try await importer()() == .init(files: 1, imported: 1, repeated: 2))
        #expect(try await rows("cut") == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(spool.path)/rejected").count == 1)
    }

    @Test func `two importers at once import each line once`() async throws {
        let copy = try SpoolDirectory()
        defer {
            spool.remove()
            copy.remove()
        }
        for directory in [spool, copy] {
            for file in 1...4 {
                try directory.write("cdr_\(file).log", SpoolDirectory.lines("rivals-\(file)", 500))
            }
        }
        // Two in one directory, where a lock decides, and one with copies of the same files, where the keys do.
        async let one = importer()()
        async let two = importer()()
        async let other = importer(copy)()
        let results = try await [one, two, other]
        #expect(results.map(\.imported).reduce(0, +) == 2_000)
        #expect(results.map(\.repeated).reduce(0, +) == 2_000)
        #expect(try await rows("rivals") == 2_000)
    }

    @Test func `files are taken only when the edge has let go of them`() async throws {
        defer { spool.remove() }
        struct Deaf: Error {}
        try spool.write("cdr_1.log", SpoolDirectory.lines("deaf", 1))
        let deaf = ImportSpool(database.engine, directory: spool.path) { throw Deaf() }
        await #expect(throws: Deaf.self) { try await deaf() }
        #expect(try await rows("deaf") == 0)
        #expect(try await importer()().imported == 1)
    }

    @Test func `a line that the database refuses does not keep the others out`() async throws {
        defer { spool.remove() }
        let bad = SpoolLineTests.line([14: "refused-bad", 5: "", 13: String(repeating: "\u{1}", count: 3)])
        try spool.write("cdr_1.log", SpoolDirectory.lines("refused", 5) + bad + "\n")
        let result = try await importer()()
        #expect(result.imported + result.rejected == 6 && result.imported >= 5)
    }

    @Test func `a call of an account that does not exist is kept and charged to nobody`() async throws {
        defer { spool.remove() }
        let stranger = "ffffffff-0000-7000-8000-000000000001"
        try await SeedDemo(database.owner)()
        try spool.write(
            "cdr_1.log",
            SpoolLineTests.line([5: "", 14: "stranger-1", 8: stranger]) + "\n"
                + SpoolLineTests.line([5: "", 14: "stranger-2", 7: stranger]) + "\n"
                + SpoolDirectory.lines("stranger-known", 1))
        #expect(try await importer()().imported == 3)
        while try await RateCalls(database.engine)().calls > 0 {}
        let owners = try await database.engine.run(
            """
            select count(e.account_id), count(*) from cdr.raw_cdr r
              join cdr.enriched_cdr e using (tenant_id, started_at, id) where starts_with(r.call_id, 'stranger')
            """
        ).first(Int.self, Int.self)
        #expect(owners?.0 == 1 && owners?.1 == 3)
    }
}

/// An edge's directory of a test's own.
struct SpoolDirectory {
    let path = "\(StaleRuns.directory("spool"))-\(UUID().uuidString.prefix(8))"

    init() throws {
        try FileManager.default.createDirectory(atPath: "\(path)/spool", withIntermediateDirectories: true)
    }

    func write(_ file: String, _ text: String) throws {
        try text.write(toFile: "\(path)/spool/\(file)", atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }  // the next run's sweep would do it

    /// Lines of different calls.
    static func lines(_ name: String, _ count: Int, _ changes: [Int: String] = [:]) -> String {
        (0..<count).map { number in
            let own = [5: "", 6: "", 14: "\(name)-\(number)", 20: "\(1_790_000_000_000_000 + number)"]
            return SpoolLineTests.line(own.merging(changes) { $1 }) + "\n"
        }.joined()
    }
}
