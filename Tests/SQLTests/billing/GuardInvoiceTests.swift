import Postgres
import TestSupport
import Testing

/// billing.guard_invoice: the states of an invoice.
@Suite(.database) struct GuardInvoiceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let invoices =
        """
        select concat_ws(' ', number, status, total, paid_amount, credited_amount, open_amount)
            from billing.invoices where tenant_id = TENANT order by sequence
        """

    @Test func `it becomes final, is paid by what is applied, and is open again when that is reversed`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10", "2.5"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID2, ACCOUNT, 20, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID2, ID1, 12.5)
            """)
        #expect(try await book.read(Self.invoices) == ["INV-000001 paid 12.5000 12.5000 0.0000 0.0000"])
        try await book.run(
            """
            update billing.payment_applications set reversed_at = now(), reversal_reason = 'wrong'
                where tenant_id = TENANT
            """)
        #expect(try await book.read(Self.invoices) == ["INV-000001 finalised 12.5000 0.0000 0.0000 12.5000"])
    }

    @Test func `one that comes to nothing is paid at once`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10", "-10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(try await book.read(Self.invoices) == ["INV-000001 paid 0.0000 0.0000 0.0000 0.0000"])
    }

    @Test func `what is final stays`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.refusal("update billing.invoices set notes = 'x' where tenant_id = TENANT")
                == Refusal("23514", "finalised_invoice_is_kept"))
        #expect(
            try await book.refusal(
                """
                update billing.invoices set subtotal = 11, total = 11 where tenant_id = TENANT
                """
            ) == Refusal("23514", "finalised_invoice_is_kept"))
        #expect(
            try await book.refusal("update billing.invoices set status = 'draft' where tenant_id = TENANT")
                == Refusal("23514", "invoice_status_moves_on"))
        #expect(
            try await book.refusal("update billing.invoices set status = 'paid' where tenant_id = TENANT")
                == Refusal("23514", "invoice_status_moves_on"))
        #expect(
            try await book.refusal("update billing.invoices set paid_amount = 1 where tenant_id = TENANT")
                == Refusal("23514", "invoice_is_paid_by_applications_and_credit_notes"))
        #expect(
            try await book.refusal("delete from billing.invoices where tenant_id = TENANT")
                == Refusal("23514", "finalised_invoice_is_kept"))
        try await book.run(
            """
            update billing.invoices set sent_at = now(), dunning_paused_until = '2027-01-01' where tenant_id = TENANT
            """)
    }

    @Test func `it begins as a draft, and its totals are the sums of its lines`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                insert into billing.invoices (tenant_id, account_id, legal_entity_id, currency, period_from,
                                              period_to, status)
                values (TENANT, ACCOUNT, TENANT, 'USD', '2026-01-01', '2026-02-01', 'finalised')
                """
            ) == Refusal("23514", "invoice_starts_as_a_draft"))
        try await book.draft("ID1", ["10"])
        #expect(
            try await book.refusal(
                """
                update billing.invoices set status = 'finalised', due_on = '2026-03-01' where tenant_id = TENANT
                """
            ) == Refusal("23514", "invoice_totals_are_the_sums_of_its_lines"))
        #expect(
            try await book.refusal(
                """
                update billing.invoices set subtotal = 10, total = 11 where tenant_id = TENANT
                """
            ) == Refusal("23514", "invoice_total_is_subtotal_and_taxes"))
        #expect(
            try await book.refusal(
                """
                update billing.invoices set subtotal = 0.001, total = 0.001 where tenant_id = TENANT
                """
            ) == Refusal("23514", "invoice_totals_are_in_minor_digits"))
    }

    @Test func `void is for what nobody was sent or paid, and is the end`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("update billing.invoices set sent_at = now() where tenant_id = TENANT")
        #expect(
            try await book.refusal(
                """
                update billing.invoices set status = 'void', void_reason = 'x' where tenant_id = TENANT
                """
            ) == Refusal("23514", "void_invoice_is_unpaid_and_unsent"))
        try await book.draft("ID2", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID2)", as: db.engine)
        try await book.run(
            """
            update billing.invoices set status = 'void', void_reason = 'x' where tenant_id = TENANT and id = ID2
            """)
        #expect(
            try await book.refusal(
                """
                update billing.invoices set status = 'finalised' where tenant_id = TENANT and id = ID2
                """
            ) == Refusal("23514", "invoice_status_moves_on"))
        #expect(
            try await book.refusal(
                """
                update billing.invoices set sent_at = now() where tenant_id = TENANT and id = ID2
                """
            ) == Refusal("23514", "finalised_invoice_is_kept"))
    }

    @Test func `what is paid with money is not voided`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID2, ACCOUNT, 10, 'USD', 'card', 'succeeded')
            """)
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(try await book.read(Self.invoices) == ["INV-000001 paid 10.0000 10.0000 0.0000 0.0000"])
        #expect(
            try await book.refusal(
                "update billing.invoices set status = 'void', void_reason = 'x' where tenant_id = TENANT")
                == Refusal("23514", "void_invoice_is_unpaid_and_unsent"))
    }
}
