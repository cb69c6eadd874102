import Postgres
import TestSupport
import Testing

/// billing.issue_credit_note: a number and totals.
@Suite(.database) struct IssueCreditNoteTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let note =
        """
        insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency, reason)
        values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', 'billing_error')
        """

    private static let invoices =
        """
        select concat_ws(' ', number, status, total, paid_amount, credited_amount, open_amount)
            from billing.invoices where tenant_id = TENANT order by sequence
        """

    @Test func `a repeat returns the same number; a paid invoice keeps what it was paid`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID2, ACCOUNT, 10, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID2, ID1, 10)
            """)
        try await book.run(Self.note)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id,
                description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', 4 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 1
            """)
        #expect(
            try await book.read("select billing.issue_credit_note(TENANT, ID5)", as: db.engine) == ["CN-000001"])
        #expect(
            try await book.read("select billing.issue_credit_note(TENANT, ID5)", as: db.engine) == ["CN-000001"])
        #expect(try await book.read(Self.invoices) == ["INV-000001 paid 10.0000 10.0000 4.0000 0.0000"])
    }

    @Test func `one without lines is nothing, one that is not there is refused`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(Self.note)
        #expect(
            try await book.refusal("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
                == Refusal("23514", "issued_credit_note_above_zero"))
        #expect(
            try await book.refusal("select billing.issue_credit_note(TENANT, ID6)", as: db.engine)
                == Refusal("23503"))
    }
}
