import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Services

/// CDR files into the database: each line once, whatever happens in between.
@Suite(.database, .serialized) struct ImportSpoolTests {
    private let database: TestDatabase
    private let spool: TestSpool

    init() throws {
        database = try TestDatabase.suite
        spool = try TestSpool()
    }

    private func importer(_ directory: TestSpool? = nil) -> ImportSpool {
        ImportSpool(database.engine, directory: (directory ?? spool).path) { false }
    }

    private func rows(_ name: String) async throws -> Int? {
        try await database.engine.run("select count(*) from cdr.raw_cdr where starts_with(call_id, \(name))").value()
    }

    @Test func `lines are taken as they come, and each once`() async throws {
        defer { spool.remove() }
        try spool.append("cdr_1.log", TestSpool.lines("grows", 3))
        #expect(try await importer()() == .init(imported: 3))
        #expect(try await importer()() == .init())
        let more = TestSpool.lines("grows-more", 2)
        // The edge is in the midst of a line.
        try spool.append("cdr_1.log", String(more.dropLast(10)))
        #expect(try await importer()() == .init(imported: 1))
        try spool.append("cdr_1.log", String(more.suffix(10)))
        #expect(try await importer()() == .init(imported: 1))
        #expect(try await rows("grows") == 5)
    }

    /// Its CDR may be read before it, after it, or never.
    @Test(arguments: [["begun_1.log", "cdr_1.log"], ["cdr_1.log", "begun_1.log"], ["begun_1.log"]])
    func `a call that begins without a router is open until its CDR, or lost`(files: [String]) async throws {
        defer { spool.remove() }
        let name = "begins-\(files.joined(separator: "-"))"
        let received = 1_791_000_000_000_000 + files.count * 10 + (files[0] == "cdr_1.log" ? 1 : 0)
        let own = [14: name, 20: "\(received)"]
        let call = [5: "", 6: "", 7: "", 8: "", 9: "", 13: "emergency"].merging(own) { $1 }
        let lines = ["begun_1.log": SpoolLineTests.beginning(own), "cdr_1.log": SpoolLineTests.line(call)]
        for file in files {
            try spool.append(file, "\(try #require(lines[file]))\n")
            #expect(try await importer()().imported == 1)
            while try await RateCalls(database.engine)().calls > 0 {}
        }
        let now = Date(microseconds: Int64(received)).addingTimeInterval(60)
        _ = try await CloseLostCalls(database.engine)(of: "edge-1", live: .init(ids: [], since: now), before: now)
        while try await RateCalls(database.engine)().calls > 0 {}
        let told = try await database.engine.run(
            """
            select q.state, e.disposition, e.direction
              from routing.routing_requests q
              join cdr.enriched_cdr e on e.tenant_id = q.tenant_id and e.started_at = q.requested_at and e.id = q.cdr_id
             where q.call_id = \(name) and q.tenant_id = core.unattributed_tenant()
            """
        ).decode(String.self, String.self, String.self)
        #expect(told.count == 1)
        let expected = files.count == 1 ? ("lost", "lost", "emergency") : ("finished", "answered", "emergency")
        #expect(told.allSatisfy { $0 == expected })
    }

    @Test func `a file that comes twice is imported once`() async throws {
        defer { spool.remove() }
        try spool.write("cdr_1.log", TestSpool.lines("twice", 3))
        #expect(try await importer()() == .init(imported: 3))
        // As after a crash between the rows and the note of how far the file was read, or a file from the archive.
        try FileManager.default.removeItem(atPath: "\(spool.path)/spool.json")
        #expect(try await importer()() == .init(repeated: 3))
        try spool.write("cdr_2.log.1", TestSpool.lines("twice", 3))
        #expect(try await importer()() == .init(repeated: 3))
        #expect(try await rows("twice") == 3)
    }

    @Test func `a file that lost its end with the power is read from its start`() async throws {
        defer { spool.remove() }
        let lines = TestSpool.lines("power", 3).split(separator: "\n").map { String($0) + "\n" }
        try spool.append("cdr_1.log", lines[0] + lines[1])
        #expect(try await importer()() == .init(imported: 2))
        try spool.truncate("cdr_1.log", to: lines[0].utf8.count)
        // Other calls follow, until the file is longer than it was.
        try spool.append("cdr_1.log", lines[2] + TestSpool.lines("power-after", 2))
        #expect(try await importer()() == .init(imported: 3, repeated: 1))
        #expect(try await rows("power") == 5)
    }

    @Test func `a line that is cut is put aside, and taken when it comes whole`() async throws {
        defer { spool.remove() }
        let text = TestSpool.lines("cut", 3)
        // Nothing is missing but the end of the line: its last field may still lack something.
        try spool.write("cdr_1.log", String(text.dropLast()))
        #expect(try await importer()() == .init(imported: 2))
        try await archiveAll(importer())
        #expect(try spool.count("rejected") == 1)
        #expect(try spool.count("archive") == 1)
        #expect(try await rows("cut") == 2)
        try spool.write("cdr_1.log", text)
        #expect(try await importer()() == .init(imported: 1, repeated: 2))
        #expect(try await rows("cut") == 3)
    }

    /// Renames, rotates and archives, each at a time of its own.
    private func archiveAll(_ importer: ImportSpool) async throws {
        for seconds in [0.0, 2, 5] { try await importer.archive(isDue: true, now: Date(timeIntervalSinceNow: seconds)) }
    }

    @Test func `what a process writes to a renamed file before it notices is imported too`() async throws {
        defer { spool.remove() }
        let now = Date()
        try spool.append("cdr_1.log", TestSpool.lines("slow", 1))
        let importer = importer()
        try await importer.archive(isDue: true, now: now)
        let renamed = try #require(try spool.files().first { $0 != "cdr_1.log" })
        try spool.append(renamed, TestSpool.lines("slow-renamed", 1))
        #expect(try await importer() == .init(imported: 2))
        try await importer.archive(now: now + 2)
        // The rotation is told, and a write that had begun before ends.
        try spool.append(renamed, TestSpool.lines("slow-rotated", 1))
        try await importer.archive(now: now + 3)
        #expect(try spool.count("archive") == 0)
        try await importer.archive(now: now + 5)
        #expect(try spool.count("archive") == 1 && spool.files().isEmpty)
        #expect(try await rows("slow") == 3)
    }

    @Test func `a rotation comes a second after the renaming, and never by a clock that was set back`() async throws {
        defer { spool.remove() }
        let rotations = Mutex(0)
        let importer = ImportSpool(database.engine, directory: spool.path) {
            rotations.withLock { $0 += 1 }
            return true
        }
        let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
        try spool.append("cdr_1.log", TestSpool.lines("second", 1))
        for seconds in [0.0, 0.9] { try await importer.archive(isDue: true, now: now + seconds) }
        #expect(rotations.withLock { $0 } == 0)
        try await importer.archive(now: now + 1)
        #expect(rotations.withLock { $0 } == 1)
        // Once is enough for what was renamed before it.
        try await importer.archive(now: now + 2)
        #expect(rotations.withLock { $0 } == 1)
        // Somebody has seen a later time: what the edge remembers may be later than any second of now.
        try spool.append("cdr_1.log", TestSpool.lines("second-back", 1))
        try spool.touch("../spool.lock", Date(timeIntervalSinceNow: 3600))
        for seconds in [3.0, 10, 20] { try await importer.archive(isDue: true, now: now + seconds) }
        #expect(rotations.withLock { $0 } == 1)
        #expect(try await importer() == .init(imported: 2))
    }

    @Test func `two importers at once import each line once`() async throws {
        let copy = try TestSpool()
        defer {
            spool.remove()
            copy.remove()
        }
        for directory in [spool, copy] {
            for file in 1...4 {
                try directory.write("cdr_\(file).log", TestSpool.lines("rivals-\(file)", 500))
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

    @Test func `files of an edge that does not listen are read and not put away`() async throws {
        defer { spool.remove() }
        struct Deaf: Error {}
        try spool.write("cdr_1.log", TestSpool.lines("deaf", 1))
        let deaf = ImportSpool(database.engine, directory: spool.path) { throw Deaf() }
        #expect(try await deaf() == .init(imported: 1))
        try await deaf.archive(isDue: true)
        for seconds in [2.0, 5] {
            await #expect(throws: Deaf.self) { try await deaf.archive(now: Date(timeIntervalSinceNow: seconds)) }
        }
        #expect(try spool.files().count == 1)
        #expect(try await rows("deaf") == 1)
    }

    @Test func `a line that the database refuses does not keep the others out`() async throws {
        defer { spool.remove() }
        let bad = SpoolLineTests.line([14: "refused-bad", 5: "", 13: String(repeating: "\u{1}", count: 3)])
        try spool.write("cdr_1.log", TestSpool.lines("refused", 5) + bad + "\n")
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
                + TestSpool.lines("stranger-known", 1))
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
