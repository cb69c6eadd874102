import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// A month's way to a file and back, with the real tool.
@Suite(.database, .serialized, .enabled(if: ArchiveFixture.program != nil, "DuckDB is not installed"))
struct ArchiveTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: ["cdr.raw_cdr", "cdr.enriched_cdr"])
    func `a month goes to its file, is dropped, and comes back to the last digit`(table: String) async throws {
        let month = "2020-05"
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill(month)
        let before = try await fixture.state(table, month)
        let record = try await fixture.write(table, month)
        #expect(record.isInDatabase && record.isDue && record.rows > 0)
        try await VerifyArchive(db.engine, tool: fixture.tool)(record)
        #expect(try await DropArchived(db.engine)(record))
        let dropped = try await fixture.record(table, month)
        #expect(!dropped.isInDatabase)
        #expect(try await !DropArchived(db.engine)(dropped), "it has gone already")
        #expect(try await fixture.state(table, month) == "0 ")
        #expect(
            try await fixture.refusal { _ = try await fixture.write(table, month) }
                == "\(table) of \(month) is in its file alone: it is archived")

        let restore = RestoreArchive(db.owner, tool: fixture.tool)
        #expect(try await restore(dropped) == record.rows)
        #expect(try await fixture.state(table, month) == before)
        #expect(
            try await fixture.refusal { _ = try await restore(fixture.record(table, month)) }
                == "\(table) of \(month) is in the database already")
        #expect(try await DropArchived(db.engine)(fixture.record(table, month)), "it may go again")
    }

    @Test func `money in a file is exact, and its sums are those of the database`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill("2020-06")
        let record = try await fixture.write("cdr.enriched_cdr", "2020-06")
        #expect(record.sums["sell_amount"] == "20000000006.20000000")
        #expect(record.sums["margin"] == "19999999997.59999998")
        #expect(
            try await fixture.ask(
                "select sell_amount, typeof(sell_amount) from cdr.enriched_cdr order by 1 desc limit 1")
                == ["9999999999.99999999|DECIMAL(38,8)"])
        #expect(
            try await fixture.ask("select typeof(tenant_id), typeof(started_at) from cdr.enriched_cdr limit 1")
                == ["UUID|TIMESTAMP WITH TIME ZONE"])
        #expect(try await fixture.ask("select sum(margin) from cdr.enriched_cdr") == ["19999999997.59999998"])
    }

    @Test func `rows are sorted by tenant and time`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill("2020-07")
        _ = try await fixture.write("cdr.raw_cdr", "2020-07")
        let sorted = try await fixture.ask(
            """
            select count(*) from (select (tenant_id::varchar, started_at) as k, lag((tenant_id::varchar, started_at))
                                         over (order by rowid) as p
                                    from (select *, row_number() over () as rowid from cdr.raw_cdr)) where p > k
            """)
        #expect(sorted == ["0"])
    }

    @Test func `a month without rows is archived as well`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await db.owner.run("select core.create_monthly_partition('cdr.vendor_cdr', '2020-08-01')")
        let record = try await fixture.write("cdr.vendor_cdr", "2020-08")
        #expect(record.rows == 0 && record.sums["amount"] == "0.00000000")
        #expect(try await DropArchived(db.engine)(record))
        #expect(
            try await RestoreArchive(db.owner, tool: fixture.tool)(fixture.record("cdr.vendor_cdr", "2020-08")) == 0)
    }

    @Test func `what cannot be archived is refused with the reason`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        for (table, month, reason) in [
            ("cdr.raw_cdr", "1999-01", "cdr.raw_cdr has no month 1999-01"),
            ("cdr.raw_cdr", "2999-01", "2999-01 is not over yet"),
            ("core.tenants", "2020-05", "core.tenants is no table with months; try cdr.enriched_cdr"),
        ] {
            #expect(try await fixture.refusal { _ = try await fixture.write(table, month) } == reason)
        }
    }

    /// What a run that was killed left is not whole, and has no name of a file.
    @Test func `the next run takes away what a killed one left`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill("2020-09")
        let left = "\(fixture.directory)/\(ParquetTool.Workplace.prefix)left"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(filePath: "\(left)/part.parquet"))
        _ = try await fixture.write("cdr.raw_cdr", "2020-09")
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.directory).sorted()
        #expect(names == [".lock", "cdr.raw_cdr-2020-09.parquet"])
    }

    @Test func `a tool that fails leaves no file and no record`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill("2020-10")
        let broken = try ParquetTool(reactor: db.cluster.reactor, program: "/bin/false")
        let write = WriteArchive(db.engine, tool: broken, directory: fixture.directory)
        let month = try ArchiveFixture.month("2020-10")
        await #expect(throws: ArchiveFailure.self) { try await write("cdr.raw_cdr", month) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory) == [".lock"])
        #expect(try await ListArchives(db.engine)(months: [month]).isEmpty)
    }
}
