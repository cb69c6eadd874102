import Postgres
import TestSupport
import Testing

/// billing.guard_credit_line: lines of a credit note change with a draft only.
@Suite(.database) struct GuardCreditLineTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let note =
        """
        insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency, reason)
        values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', 'billing_error')
        """

    @Test func `an issued note keeps its lines, a deleted draft takes them along`() async throws {
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
        try await book.run(
            """
            update billing.credit_note_items set amount = 5 where tenant_id = TENANT
            """)
        try await book.run("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
        #expect(
            try await book.refusal(
                """
                update billing.credit_note_items set amount = 4 where tenant_id = TENANT
                """
            ) == Refusal("23514", "issued_credit_note_is_kept"))
        #expect(
            try await book.refusal("delete from billing.credit_note_items where tenant_id = TENANT")
                == Refusal("23514", "issued_credit_note_is_kept"))
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
            select TENANT, ACCOUNT, ID6, i.id, 'x', 1 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 1
            """)
        try await book.run(
            """
            delete from billing.credit_notes where tenant_id = TENANT and id = ID6
            """)
        #expect(
            try await book.read(
                """
                select count(*)::text from billing.credit_note_items where tenant_id = TENANT
                """
            ) == ["1"])
    }
}
