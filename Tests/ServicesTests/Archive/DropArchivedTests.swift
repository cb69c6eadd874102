import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// A month leaves the database only when its file is right.
@Suite(.database, .serialized, .enabled(if: ArchiveFixture.program != nil, "DuckDB is not installed"))
struct DropArchivedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func archived(_ month: String, _ table: String = "cdr.raw_cdr") async throws -> (
        ArchiveFixture, ArchiveRecord
    ) {
        let fixture = try await ArchiveFixture(db)
        try await fixture.fill(month)
        return (fixture, try await fixture.write(table, month))
    }

    @Test func `a file that is not there, or is another one, drops nothing`() async throws {
        let (fixture, record) = try await archived("2020-05")
        defer { fixture.remove() }
        let path = record.path
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seek(toOffset: 100)
        try handle.write(contentsOf: Data([0x55]))
        try handle.close()
        let reason = try #require(try await fixture.refusal { _ = try await DropArchived(db.engine)(record) })
        #expect(reason.hasPrefix("\(path) is not the file that was verified: its SHA-256 is "))
        await #expect(throws: ArchiveFailure.self) {
            try await VerifyArchive(db.engine, tool: fixture.tool)(record)
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(
            try await fixture.refusal { _ = try await DropArchived(db.engine)(record) }
                == "\(path) is not there; name its directory with --from if it was moved")
        #expect(try await fixture.record("cdr.raw_cdr", "2020-05").isInDatabase)
        // Archived anew, it may go.
        #expect(try await DropArchived(db.engine)(fixture.write("cdr.raw_cdr", "2020-05")))
    }

    @Test func `a file that was moved is found where it is`() async throws {
        let (fixture, record) = try await archived("2020-06")
        defer { fixture.remove() }
        let elsewhere = fixture.directory + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: record.path, toPath: record.file(in: elsewhere))
        try await VerifyArchive(db.engine, tool: fixture.tool)(record, in: elsewhere)
        #expect(try await DropArchived(db.engine)(record, in: elsewhere))
        let dropped = try await fixture.record("cdr.raw_cdr", "2020-06")
        #expect(try await RestoreArchive(db.owner, tool: fixture.tool)(dropped, in: elsewhere) == record.rows)
    }

    /// Of sums and counts alone nobody would see it.
    @Test func `a month that was changed since stays`() async throws {
        let (fixture, record) = try await archived("2020-07", "cdr.enriched_cdr")
        defer { fixture.remove() }
        try await db.owner.run(
            "update cdr.enriched_cdr set ocn = '1234' where tenant_id = \(fixture.tenants.0) and sell_amount = 3")
        #expect(
            try await fixture.refusal { _ = try await DropArchived(db.engine)(record) }
                == "cdr.enriched_cdr of 2020-07 was changed since it was archived: archive it again")
        #expect(try await DropArchived(db.engine)(fixture.write("cdr.enriched_cdr", "2020-07")))
    }

    @Test func `it waits for nobody who uses the table`() async throws {
        let (fixture, record) = try await archived("2020-08")
        defer { fixture.remove() }
        try await db.owner.transaction { session in
            try await session.run("lock table cdr.raw_cdr in row exclusive mode")
            #expect(
                try await fixture.refusal { _ = try await DropArchived(db.engine)(record) }
                    == "cdr.raw_cdr is in use; try again when less is going on")
        }
        #expect(try await DropArchived(db.engine)(record))
    }

    /// A late record goes to the default partition while the month is away.
    @Test func `what came while the month was away stays beside what comes back`() async throws {
        let (fixture, record) = try await archived("2020-09")
        defer { fixture.remove() }
        let before = try await fixture.state("cdr.raw_cdr", "2020-09")
        #expect(try await DropArchived(db.engine)(record))
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
            values (\(fixture.tenants.0), '2020-09-15', \(fixture.tenants.0), 'late', 200)
            """)
        let dropped = try await fixture.record("cdr.raw_cdr", "2020-09")
        #expect(try await RestoreArchive(db.owner, tool: fixture.tool)(dropped) == record.rows)
        try await db.owner.run("delete from cdr.raw_cdr where tenant_id = \(fixture.tenants.0) and edge_id = 'late'")
        #expect(try await fixture.state("cdr.raw_cdr", "2020-09") == before)
    }

    /// Intake makes the month anew, as of any call that comes by file.
    @Test func `a month that late calls made anew is neither dropped nor written over its file`() async throws {
        let (fixture, record) = try await archived("2020-11")
        defer { fixture.remove() }
        #expect(try await DropArchived(db.engine)(record))
        try await db.owner.run("select cdr.create_monthly_partition('2020-11-01')")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, processed_at)
            values (\(fixture.tenants.0), '2020-11-15', \(fixture.tenants.0), 'late', 200, now())
            """)
        let late = try await fixture.record("cdr.raw_cdr", "2020-11")
        #expect(!late.isInDatabase && late.hasLateRows)
        #expect(
            try await fixture.refusal { _ = try await DropArchived(db.engine)(late) }
                == "cdr.raw_cdr of 2020-11 is in its file alone, but for what came since: restore it, archive it "
                + "again, then drop it")
        #expect(
            try await fixture.refusal { _ = try await fixture.write("cdr.raw_cdr", "2020-11") }
                == "cdr.raw_cdr of 2020-11 is in its file alone: restore it first, beside what came since, and archive "
                + "it anew")
        #expect(try await RestoreArchive(db.owner, tool: fixture.tool)(late) == record.rows)
        let whole = try await fixture.write("cdr.raw_cdr", "2020-11")
        #expect(whole.rows == record.rows + 1)
        #expect(try await DropArchived(db.engine)(whole))
    }

    /// Everything in one transaction: the month is as empty as it was, and can be put back afterwards.
    @Test func `a restore that fails changes nothing`() async throws {
        let (fixture, record) = try await archived("2020-10")
        defer { fixture.remove() }
        #expect(try await DropArchived(db.engine)(record))
        let dropped = try await fixture.record("cdr.raw_cdr", "2020-10")
        let broken = try ParquetTool(reactor: db.cluster.reactor, program: "/bin/false")
        await #expect(throws: ArchiveFailure.self) { try await RestoreArchive(db.owner, tool: broken)(dropped) }
        #expect(try await fixture.state("cdr.raw_cdr", "2020-10") == "0 ")
        #expect(try await RestoreArchive(db.owner, tool: fixture.tool)(dropped) == record.rows)
    }
}
