import Postgres
import TestSupport
import Testing

/// billing.call_is_in_a_file: months of calls that left the database.
@Suite(.database, .serialized) struct CallIsInAFileTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("2026-05-01 00:00+00", true), ("2026-05-31 23:59:59.999999+00", true), ("2026-06-01 00:00+00", false),
        ("2026-04-30 23:59+00", false),
    ])
    func `a month is that of UTC`(time: String, expected: Bool) async throws {
        let book = try await db.book()
        try await book.archiveMay()
        #expect(
            try await db.engine.run(
                "select billing.call_is_in_a_file(\(time)::text::timestamptz)"
            ).value(Bool.self) == expected)
    }

    @Test func `a month that is in the database as well, or of another table, is not away`() async throws {
        let book = try await db.book()
        try await book.archiveMay()
        let away: SQL = "select billing.call_is_in_a_file('2026-05-05')"
        try await book.run("update core.archives set dropped_at = null where name = 'cdr.enriched_cdr'")
        #expect(try await db.engine.run(away).value(Bool.self) == true)
        try await book.run("update core.archives set dropped_at = null where name = 'cdr.level_charges'")
        #expect(try await db.engine.run(away).value(Bool.self) == false)
        try await book.run(
            "update core.archives set dropped_at = now(), name = 'cdr.raw_cdr' where name = 'cdr.enriched_cdr'")
        #expect(try await db.engine.run(away).value(Bool.self) == false)
        try await book.run("delete from core.archives")
    }
}
