import Postgres
import TestSupport
import Testing

/// billing.guard_credit_note: the states of a credit note.
@Suite(.database) struct GuardCreditNoteTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let note =
        """
        insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency, reason)
        values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', 'billing_error')
        """

    @Test func `it is issued with the sums of its lines, and then stays`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
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
            try await book.refusal(
                """
                update billing.credit_notes set status = 'issued', subtotal = 5, total = 5 where tenant_id = TENANT
                """
            ) == Refusal("23514", "credit_totals_are_the_sums_of_its_lines"))
        try await book.run("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
        #expect(
            try await book.refusal(
                """
                update billing.credit_notes set reason = 'other' where tenant_id = TENANT
                """
            ) == Refusal("23514", "issued_credit_note_is_kept"))
        #expect(
            try await book.refusal("delete from billing.credit_notes where tenant_id = TENANT")
                == Refusal("23514", "issued_credit_note_is_kept"))
        try await book.run(
            """
            update billing.credit_notes set sent_at = now() where tenant_id = TENANT
            """)
    }

    @Test func `it has the seller and the lines of its invoice`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.draft("ID2", ["10", "20"])
        try await book.run("select billing.finalise_invoice(TENANT, ID2)", as: db.engine)
        try await book.run(
            """
            insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix)
            values (TENANT, ID9, 'Other', 'Other', 'O-', 'P-')
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency,
                    reason)
                values (TENANT, ID5, ACCOUNT, ID9, ID1, 'USD', 'billing_error')
                """
            ) == Refusal("23514", "credit_note_has_the_seller_of_its_invoice"))
        try await book.run(Self.note)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id,
                description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', 1 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 2
            """)
        #expect(
            try await book.refusal("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
                == Refusal("23514", "credit_lines_are_of_its_invoice"))
    }
}
