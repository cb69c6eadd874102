import Postgres
import TestSupport
import Testing

/// billing.count_credit: no line is credited with more than it was.
@Suite(.database) struct CountCreditTests {
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

    private static let faults =
        """
        select problem from billing.check_documents(TENANT) union all select bucket from billing.check_ledger(TENANT)
        """

    @Test func `the last of several credits takes exactly the rest`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(Self.note)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id,
                description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', 3.33 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 1
            """)
        try await book.run("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
        try await book.run(
            """
            insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency,
                reason)
            values (TENANT, ID6, ACCOUNT, TENANT, ID1, 'USD', 'billing_error')
            """)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id,
                description,
                                                   amount)
            select TENANT, ACCOUNT, ID6, i.id, 'x', 6.68 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 1
            """)
        #expect(
            try await book.refusal("select billing.issue_credit_note(TENANT, ID6)", as: db.engine)
                == Refusal("23514", "invoice_is_not_credited_above_its_total"))
        try await book.run(
            """
            update billing.credit_note_items set amount = 6.67 where tenant_id = TENANT and credit_note_id = ID6
            """)
        try await book.run("select billing.issue_credit_note(TENANT, ID6)", as: db.engine)
        #expect(try await book.read(Self.invoices) == ["INV-000001 paid 10.0000 0.0000 10.0000 0.0000"])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `one line does not pay for another`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10", "90"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(Self.note)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id,
                description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', 10.01 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 1
            """)
        #expect(
            try await book.refusal("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
                == Refusal("23514", "item_is_credited_within_its_amount"))
    }

    @Test func `a draft cannot be credited`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run(Self.note)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id,
                description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', 1 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 1
            """)
        #expect(
            try await book.refusal("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
                == Refusal("23514", "only_a_finalised_invoice_is_credited"))
    }
}
