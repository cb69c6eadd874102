import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// What files answer, and to whom.
@Suite(.database, .serialized, .enabled(if: ArchiveFixture.program != nil, "DuckDB is not installed"))
struct QueryArchiveTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a tenant sees its own rows, whatever it asks`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill("2020-05")
        let record = try await fixture.write("cdr.raw_cdr", "2020-05")
        let mine = fixture.tenants.0
        let count = "select count(*), count(distinct tenant_id) from cdr.raw_cdr"
        #expect(try await fixture.ask(count) == ["34|2"])
        #expect(try await fixture.ask(count, tenant: mine) == ["17|1"])
        #expect(try await fixture.ask("select distinct tenant_id from cdr.raw_cdr", tenant: mine) == [mine.text])
        for escape in [
            "select count(*) from read_parquet('\(record.path)')", "select * from '\(record.path)'",
            "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')",
            "copy (select 1) to '\(fixture.directory)/x.csv'", "set enable_external_access = true",
            "select 1; select 2", "drop table cdr.raw_cdr", "select 1)); drop table cdr.raw_cdr; select ((1",
            "select getenv('HOME')", "attach '/tmp/x.db'", "install httpfs", "select 1'); drop table cdr.raw_cdr; --",
        ] {
            let reason = try await fixture.refusal { _ = try await fixture.ask(escape, tenant: mine) }
            #expect(reason?.hasPrefix("DuckDB failed: ") == true, "\(escape): \(reason ?? "was done")")
        }
    }

    @Test func `the operator's people read the files, and nothing else`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill("2020-06")
        let record = try await fixture.write("cdr.raw_cdr", "2020-06")
        for escape in [
            "select * from read_text('/etc/passwd')", "copy (select 1) to '\(record.path)'",
            "select * from read_parquet('\(fixture.directory)/*.parquet')",
        ] {
            let reason = try await fixture.refusal { _ = try await fixture.ask(escape) }
            #expect(reason?.hasPrefix("DuckDB failed: ") == true, "\(escape): \(reason ?? "was done")")
        }
        try await VerifyArchive(db.engine, tool: fixture.tool)(record)
    }

    @Test func `texts come out as they went in`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        try await fixture.fill("2020-07")
        _ = try await fixture.write("cdr.raw_cdr", "2020-07")
        for text in ArchiveFixture.oddTexts {
            let found = try await fixture.ask(
                "select count(*) from cdr.raw_cdr where sip_reason = \(ArchivedTable.text(text))",
                tenant: fixture.tenants.1)
            #expect(found == ["1"], "\(text)")
        }
    }

    @Test func `a question of parts is one select`() {
        var question = QueryArchive.Question()
        question.table = "cdr.raw_cdr"
        #expect(question.select == "select * from cdr.raw_cdr")
        question.condition = "sip_code = 200"
        question.columns = "id, caller"
        question.limit = 5
        #expect(question.select == "select id, caller from cdr.raw_cdr where sip_code = 200 limit 5")
    }

    @Test(
        arguments: [
            ("2026-05", "2026-05"), ("2026-05-31", "2026-05"), ("2026-12", "2026-12"), ("2026-13", nil),
            ("2026-0", nil),
            ("2026-5", nil), ("1969-12", nil), ("", nil), ("2026", nil), ("2026-05-01-1", nil), ("x-05", nil),
        ] as [(String, String?)])
    func `a month is a year and two digits`(text: String, expected: String?) {
        #expect(CalendarMonth(text)?.description == expected)
    }
}

extension UUID {
    fileprivate var text: String { uuidString.lowercased() }
}
