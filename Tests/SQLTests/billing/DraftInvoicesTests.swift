import Postgres
import TestSupport
import Testing

/// billing.draft_invoices: several cycles at once; what is on a draft is in DraftInvoiceTests.
@Suite(.database) struct DraftInvoicesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `two cycles of one account are invoiced one after the other`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        try await book.run(
            """
            select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
            select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
            """)
        let both = "select billing_cycle_id::text from billing.draft_invoices(TENANT, array[ID1, ID2]) order by 1"
        #expect(
            try await book.refusal(both, as: db.engine) == Refusal("23514", "cycles_are_invoiced_in_order"))
        try await book.run("select billing.draft_invoice(TENANT, ID1)", as: db.engine)
        #expect(try await book.read(both, as: db.engine).count == 2)
        #expect(try await book.read("select count(*)::text from billing.invoices where tenant_id = TENANT") == ["2"])
        #expect(try await book.read(both, as: db.engine).count == 2)
        #expect(try await book.read("select count(*)::text from billing.invoices where tenant_id = TENANT") == ["2"])
    }
}
