import Postgres
import TestSupport
import Testing

/// billing.document_parties: who sells, who buys, and when it is due.
@Suite(.database) struct DocumentPartiesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the profile goes before the account`() async throws {
        let book: Book = try await db.book()
        try await book.run("update billing.legal_entities set payment_details = 'Bank' where tenant_id = TENANT")
        try await book.draft("ID1", ["1"])
        let parties = """
            select concat_ws(' ', p.seller ->> 'name', p.seller ->> 'payment_details', p.buyer ->> 'name',
                             p.buyer ->> 'country', p.buyer ->> 'purchase_order',
                             p.due_on - (now() at time zone 'America/New_York')::date)
              from billing.document_parties(TENANT, ID1) p
            """
        #expect(try await book.read(parties, as: db.engine) == ["Seller Inc Bank Test US 30"])
        try await book.run(
            """
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, payment_terms_days,
                                                  bill_to_name, country, purchase_order)
            values (TENANT, ACCOUNT, TENANT, 7, 'Payables', 'DE', 'PO-1')
            """)
        #expect(try await book.read(parties, as: db.engine) == ["Seller Inc Bank Payables DE PO-1 7"])
    }
}
