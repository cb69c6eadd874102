import Postgres
import TestSupport
import Testing

/// billing.total_invoices: sums drafts up.
@Suite(.database) struct TotalInvoicesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `lines and taxes`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["0.10", "0.20"])
        try await book.draft("ID2", ["1"])
        let total = "select billing.total_invoices(TENANT, array[ID1, ID2])::text"
        #expect(try await book.read(total, as: db.engine) == ["2"])
        // again: nothing is written
        #expect(try await book.read(total, as: db.engine) == ["0"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', status, subtotal, tax_total, total) from billing.invoices
                    where tenant_id = TENANT order by id
                """
            ) == ["draft 0.3000 0.0000 0.3000", "draft 1.0000 0.0000 1.0000"])
    }
}
