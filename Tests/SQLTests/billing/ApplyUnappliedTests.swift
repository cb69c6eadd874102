import Postgres
import TestSupport
import Testing

/// billing.apply_unapplied: what is left of payments pays an invoice.
@Suite(.database) struct ApplyUnappliedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the first received first, as far as it is open, and once`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status, received_at)
            values (TENANT, ID3, ACCOUNT, 8, 'USD', 'card', 'succeeded', '2026-03-02'),
                   (TENANT, ID4, ACCOUNT, 8, 'USD', 'card', 'succeeded', '2026-03-01'),
                   (TENANT, ID5, ACCOUNT, 8, 'USD', 'card', 'pending', null)
            """)
        let apply = "select billing.apply_unapplied(TENANT, ID1)::text"
        #expect(try await book.read(apply, as: db.engine) == ["10.0000"])
        #expect(try await book.read(apply, as: db.engine) == ["0.0000"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', status, applied_amount) from billing.payments where tenant_id = TENANT
                 order by received_at
                """) == ["succeeded 8.0000", "succeeded 2.0000", "pending 0.0000"])
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
    }
}
