import Postgres
import TestSupport
import Testing

/// billing.invoice_of_sale: where what was posted is asked for.
@Suite(.database) struct InvoiceOfSaleTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let found =
        """
        select concat_ws(' ', l.source, (select case i.account_id when ACCOUNT then 'reseller' else 'below' end
                                           from billing.invoices i
                                          where i.tenant_id = TENANT
                                            and i.id = billing.invoice_of_sale(TENANT, l)))
          from billing.ledger l
         where l.tenant_id = TENANT and l.source_id in (ID3, md5(ID3::text)::uuid, ID5) order by 1
        """

    @Test func `a call and what a reseller is charged for it, each on its own`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.resoldCalls)
        #expect(try await book.read(Self.found) == ["cdr", "cdr", "cdr"])
        try await book.run("select billing.invoice_accounts(TENANT, array[ACCOUNT], '2026-06-05')")
        #expect(try await book.read(Self.found) == ["cdr", "cdr", "cdr reseller"])
        try await book.run("select billing.void_invoice(TENANT, i.id, 'x') from billing.invoices i", as: db.engine)
        #expect(try await book.read(Self.found) == ["cdr", "cdr", "cdr"])
    }

    @Test func `a charge that is on a draft`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["4"])
        try await book.run(
            """
            select billing.top_up(TENANT, ACCOUNT, ID8, 10, 'x');
            select billing.charge_money(TENANT, ACCOUNT, 'a', 4, 'USD', 'Conference', 'untaxed', false, null);
            """)
        let found =
            """
            select coalesce(billing.invoice_of_sale(TENANT, l) = ID1, false)::text from billing.ledger l
             where l.tenant_id = TENANT and l.source = 'charge'
            """
        #expect(try await book.read(found) == ["false"])
        try await book.run(
            """
            update billing.charges c set invoice_item_id = i.id
              from billing.invoice_items i where c.tenant_id = TENANT and i.tenant_id = TENANT
            """)
        #expect(try await book.read(found) == ["true"])
    }
}
