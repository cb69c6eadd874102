import Postgres
import TestSupport
import Testing

/// billing.post_credit: what is credited is posted, taxes apart.
@Suite(.database) struct PostCreditTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let taxed =
        """
        insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, categories)
        values (TENANT, ID9, 'T', 'Tax', 'US', 'state', '{service}');
        insert into billing.tax_rates (tenant_id, id, tax_id, rate, source, valid_from)
        values (TENANT, ID9, ID9, 0.07, 'x', '2025-01-01');
        update billing.invoices set tax_jurisdiction = 'US.NY' where tenant_id = TENANT;
        """

    private static let ledger =
        """
        select concat_ws(' ', source, available, counter_account) from billing.ledger
         where tenant_id = TENANT order by posted_at, source
        """

    private static let faults =
        """
        select problem from billing.check_documents(TENANT) union all select bucket from billing.check_ledger(TENANT)
        """

    @Test func `a line and its tax`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["100"])
        try await book.run(Self.taxed)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency,
                reason)
            values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', 'billing_error')
            """)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id,
                description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', 50 from billing.invoice_items i where i.tenant_id = TENANT
                and i.position = 1
            """)
        try await book.run(
            """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_tax_id, description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, x.id, 'x', 3.5 from billing.invoice_taxes x where x.tenant_id = TENANT
            """)
        try await book.run("select billing.issue_credit_note(TENANT, ID5)", as: db.engine)
        #expect(
            try await book.read(Self.ledger) == [
                "invoice -100.00000000 service_revenue",
                "invoice_tax -7.00000000 taxes",
                "credit_note 50.00000000 service_revenue",
                "credit_note_tax 3.50000000 taxes",
            ])
        #expect(try await book.read(Self.faults) == [])
    }
}
