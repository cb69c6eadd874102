import Postgres
import TestSupport
import Testing

/// billing.guard_invoice_part: lines and taxes change with a draft only.
@Suite(.database) struct GuardInvoicePartTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a line is its exact amount, rounded once`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["1.005", "-2.345"])
        #expect(
            try await book.read(
                """
                select amount::text from billing.invoice_items where tenant_id = TENANT order by position
                """
            ) == ["1.0100", "-2.3500"])
        #expect(
            try await book.refusal(
                """
                update billing.invoice_items set amount = 1 where tenant_id = TENANT and position = 1
                """
            ) == Refusal("23514", "line_amount_is_its_exact_amount_rounded"))
        #expect(
            try await book.refusal(
                """
                update billing.invoice_items set credited_amount = 1 where tenant_id = TENANT and position = 1
                """
            ) == Refusal("23514", "draft_line_is_not_credited"))
    }

    @Test func `of a final invoice none is added, changed or taken away`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.refusal(
                """
                update billing.invoice_items set description = 'x' where tenant_id = TENANT
                """
            ) == Refusal("23514", "finalised_invoice_is_kept"))
        #expect(
            try await book.refusal("delete from billing.invoice_items where tenant_id = TENANT")
                == Refusal("23514", "finalised_invoice_is_kept"))
        #expect(
            try await book.refusal(
                """
                insert into billing.invoice_items (tenant_id, account_id, invoice_id, position, kind, description,
                                                   service_from, service_until, exact_amount, amount, tax_category)
                values (TENANT, ACCOUNT, ID1, 2, 'adjustment', 'x', '2026-01-01', '2026-02-01', 1, 1, 'service')
                """
            ) == Refusal("23514", "finalised_invoice_is_kept"))
    }

    @Test func `a draft that is deleted takes its lines along`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("delete from billing.invoices where tenant_id = TENANT")
        #expect(
            try await book.read(
                """
                select count(*)::text from billing.invoice_items where tenant_id = TENANT
                """
            ) == ["0"])
    }
}
