import Postgres
import TestSupport
import Testing

/// billing.count_archived_entries: what the proof of the ledger cannot hold against calls.
@Suite(.database, .serialized) struct CountArchivedEntriesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func counted(_ book: Book, _ times: String = "'-infinity', 'infinity'") async throws -> [String] {
        try await book.read(
            """
            select concat_ws(' ', account_id = ACCOUNT, month, entry_count, call_count, amount)
              from billing.count_archived_entries(TENANT, array[ACCOUNT], \(times))
            """, as: db.engine)
    }

    @Test func `entries of calls in files alone are counted by the month of the call`() async throws {
        let book = try await db.postedBook()
        #expect(try await counted(book) == [])
        try await book.archiveMay()
        #expect(try await counted(book) == ["t 2026-05-01 1 1 2.50000000"])
        // It gave a hold back, and cost nothing.
        try await book.damage(
            """
            update billing.ledger set available = 10, held = -10, counter = 0 where tenant_id = TENANT
               and source = 'cdr'
            """)
        #expect(try await counted(book) == ["t 2026-05-01 1 0 0.00000000"])
        #expect(try await counted(book, "'2200-01-01', 'infinity'") == [])
        try await book.run("delete from core.archives")
    }

    @Test func `a call that came late is in the database, and is no reason to look into files`() async throws {
        let book = try await db.postedBook()
        try await book.archiveMay()
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code,
                                          currency, posted_at)
            values (TENANT, '2026-05-05', ID4, ACCOUNT, 'outbound', 'answered', 200, 'USD', now())
            """)
        #expect(try await counted(book) == [])
        try await book.run("delete from core.archives")
    }
}
