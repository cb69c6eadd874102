import Postgres
import TestSupport
import Testing

/// billing.total_invoice: sums a draft up.
@Suite(.database) struct TotalInvoiceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `lines and taxes`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["0.10", "0.20"])
        #expect(
            try await book.read("select billing.total_invoice(TENANT, ID1)::text", as: db.engine) == ["0.3000"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', status, subtotal, tax_total, total) from billing.invoices
                    where tenant_id = TENANT
                """
            ) == ["draft 0.3000 0.0000 0.3000"])
    }
}
