import Postgres
import TestSupport
import Testing

/// billing.invoice_accounts: the first cycle of each account that is due.
@Suite(.database) struct InvoiceAccountsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static func made(_ until: String) -> String {
        """
        select concat_ws(' ', case m.billing_cycle_id when ID1 then 'May' when ID2 then 'June' end,
                         m.invoice_id is not null)
          from billing.invoice_accounts(TENANT, array[ACCOUNT], '\(until)') m
        """
    }

    @Test func `one after the other, when their days of grace are over, and each once`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        try await book.run(Book.callsOfTwoCycles)
        #expect(try await book.read(Self.made("2026-06-04 03:59+00"), as: db.engine) == [])
        #expect(try await book.read(Self.made("2026-07-05"), as: db.engine) == ["May t"])
        #expect(try await book.read(Self.made("2026-07-05"), as: db.engine) == ["June t"])
        #expect(try await book.read(Self.made("2026-07-05"), as: db.engine) == [])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', i.period_from, i.posted_amount, c.cut_off_at = c.closes_at, c.late_calls)
                  from billing.invoices i
                  join billing.billing_cycles c on c.tenant_id = i.tenant_id and c.id = i.billing_cycle_id
                 where i.tenant_id = TENANT order by 1
                """) == ["2026-05-01 0.20000002 t 1", "2026-06-01 0.20000002 t 0"])
    }

    @Test func `a cycle with nothing in it is over without an invoice`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        #expect(try await book.read(Self.made("2026-06-05"), as: db.engine) == ["May f"])
        #expect(
            try await book.read(
                "select status from billing.billing_cycles where tenant_id = TENANT order by first_day"
            ) == ["invoiced", "open"])
        #expect(try await book.read("select id::text from billing.invoices where tenant_id = TENANT") == [])
    }

    @Test func `what another transaction has is left to it`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        try await book.run(Book.callsOfTwoCycles)
        try await db.owner.transaction { session in
            try await session.run(
                "select id from billing.billing_cycles where tenant_id = \(book.tenant.id) for no key update")
            #expect(try await book.read(Self.made("2026-07-05"), as: db.engine) == [])
        }
        #expect(try await book.read(Self.made("2026-07-05"), as: db.engine) == ["May t"])
    }

    @Test func `a call is of one cycle, also when the days of grace became fewer`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        try await book.run(
            """
            update billing.billing_cycles set closes_at = '2026-07-20' where tenant_id = TENANT and id = ID1;
            update billing.billing_cycles set closes_at = '2026-07-02' where tenant_id = TENANT and id = ID2;
            insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                                closes_at)
            values (TENANT, ID3, ACCOUNT, '2026-07-01 04:00+00', '2026-08-01 04:00+00', '2026-07-01', '2026-08-01',
                    '2026-08-02 04:00+00');
            """)
        try await book.run(Book.callsOfTwoCycles.replacing("'2026-06-10'", with: "'2026-07-10'"))
        for cycle in ["May t", "June t", nil] {
            let made = try await book.read(Self.made("2026-08-03"), as: db.engine)
            if let cycle { #expect(made == [cycle]) }
        }
        #expect(
            try await book.read(
                """
                select sum(call_count)::text || ' ' || count(distinct invoice_id) from billing.invoice_items
                 where tenant_id = TENANT
                """) == ["4 2"])
    }
}
