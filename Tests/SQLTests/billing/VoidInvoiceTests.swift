import Postgres
import TestSupport
import Testing

/// billing.void_invoice: what it was for can be invoiced again.
@Suite(.database) struct VoidInvoiceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let cycles =
        """
        insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                            closes_at)
        values (TENANT, ID1, ACCOUNT, '2026-05-01 04:00+00', '2026-06-01 04:00+00', '2026-05-01', '2026-06-01',
                '2026-06-04 04:00+00'),
               (TENANT, ID2, ACCOUNT, '2026-06-01 04:00+00', '2026-07-01 04:00+00', '2026-06-01', '2026-07-01',
                '2026-07-04 04:00+00');
        """

    private static let calls =
        """
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, to_number, jurisdiction,
                                      disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id,
                                          sell_rate,
                                      sell_connect_fee, sell_initial_s, sell_next_s, sell_amount, posted_at)
        select TENANT, c.started_at::timestamptz, gen_random_uuid(), ACCOUNT, 'outbound', '+12125550100',
            'interstate',
               'answered', 200, 'USD', 60000, 60, TENANT, 0.1, 0, 6, 6, 0.10000001, c.posted_at::timestamptz
          from (values ('2026-05-05', '2026-05-05'), ('2026-05-31 12:00', '2026-06-02'), ('2026-05-31 13:00',
              '2026-06-10'),
                       ('2026-06-05', '2026-06-05')) c (started_at, posted_at);
        """

    private static let closes =
        """
        select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
        select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
        """

    private static let charges =
        """
        insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, tax_category,
                                               starts_on, charged_until)
        values (TENANT, ID1, ACCOUNT, 'Number', 31, 'number', '2026-05-11', '2026-05-11');
        insert into billing.charges (tenant_id, id, account_id, kind, description, unit_amount, charged_on)
        values (TENANT, ID1, ACCOUNT, 'setup', 'Set-up', 5, '2026-05-12'),
               (TENANT, ID2, ACCOUNT, 'setup', 'Later', 5, '2026-06-12');
        """

    @Test func `a final one keeps its number, a draft goes, and nothing is lost or charged twice`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        try await book.run(Self.charges)
        try await book.run(Self.closes)
        try await book.run(
            """
            select billing.finalise_invoice(TENANT, billing.draft_invoice(TENANT, ID1))
            """, as: db.engine)
        try await book.run(
            """
            select billing.void_invoice(TENANT, i.id, 'wrong') from billing.invoices i where i.tenant_id = TENANT
            """, as: db.engine)
        try await book.run(
            """
            select billing.void_invoice(TENANT, billing.draft_invoice(TENANT, ID1), 'wrong')
            """, as: db.engine)
        try await book.run(
            """
            select billing.finalise_invoice(TENANT, billing.draft_invoice(TENANT, ID1))
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', number, status, total) from billing.invoices where tenant_id = TENANT
                    order by sequence
                """
            ) == ["INV-000001 void 57.2000", "INV-000002 finalised 57.2000"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', status, (select charged_until from billing.recurring_charges
                    where tenant_id = TENANT)) from billing.billing_cycles where tenant_id = TENANT and id = ID1
                """
            ) == ["invoiced 2026-07-01"])
        #expect(
            try await book.read("select problem from billing.check_documents(TENANT)", as: db.engine) == [])
    }

    @Test func `what is void, or not there, is not voided`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID3", ["1"])
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', billing.void_invoice(TENANT, ID3, 'x'), billing.void_invoice(TENANT, ID4, 'x'))
                """, as: db.engine
            ) == ["t f"])
        #expect(
            try await book.read("select billing.void_invoice(TENANT, ID3, 'x')::text", as: db.engine) == ["false"])
    }

    @Test func `money that was there before it is free again`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID5, ACCOUNT, 4, 'USD', 'card', 'succeeded'), (TENANT, ID6, ACCOUNT, 9, 'USD', 'card',
                'succeeded');
            """)
        try await book.draft("ID3", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        #expect(
            try await book.read("select billing.void_invoice(TENANT, ID3, 'wrong')::text", as: db.engine) == ["true"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', i.status, i.paid_amount, (select sum(p.unapplied_amount) from billing.payments p
                    where p.tenant_id = TENANT)) from billing.invoices i where i.tenant_id = TENANT
                """) == ["void 0.0000 13.0000"])
        #expect(try await book.account.balance == Balance(available: "13"))
        #expect(
            try await book.read("select problem from billing.check_documents(TENANT)", as: db.engine) == [])
    }

    @Test func `what was credited is not voided`() async throws {
        let book: Book = try await db.postedBook()
        #expect(
            try await book.refusal("select billing.void_invoice(TENANT, ID3, 'x')", as: db.engine)
                == Refusal("23514", "void_invoice_is_unpaid_and_unsent"))
    }

    @Test func `what was sent is not voided`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID3", ["1"])
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        try await book.run("update billing.invoices set sent_at = now() where tenant_id = TENANT")
        #expect(
            try await book.refusal("select billing.void_invoice(TENANT, ID3, 'x')", as: db.engine)
                == Refusal("23514", "void_invoice_is_unpaid_and_unsent"))
    }

    @Test func `while a later one charges the same, it is refused; from the last one on nothing is charged twice`()
        async throws
    {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.charges)
        try await book.run(Self.closes)
        for cycle in ["ID1", "ID2"] {
            try await book.run(
                "select billing.finalise_invoice(TENANT, billing.draft_invoice(TENANT, \(cycle)))", as: db.engine)
        }
        let void =
            "select billing.void_invoice(TENANT, i.id, 'wrong') from billing.invoices i where i.number = 'INV-00000"
        #expect(
            try await book.refusal(void + "1' and i.tenant_id = TENANT", as: db.engine)
                == Refusal("23514", "invoices_are_voided_from_the_last"))
        try await book.run(void + "2' and i.tenant_id = TENANT", as: db.engine)
        try await book.run(void + "1' and i.tenant_id = TENANT", as: db.engine)
        for cycle in ["ID1", "ID2"] {
            try await book.run(
                "select billing.finalise_invoice(TENANT, billing.draft_invoice(TENANT, \(cycle)))", as: db.engine)
        }
        #expect(
            try await book.read(
                """
                select concat_ws(' ', number, status, total) from billing.invoices where tenant_id = TENANT
                    order by sequence
                """
            ) == [
                "INV-000001 void 57.0000", "INV-000002 void 36.0000", "INV-000003 finalised 57.0000",
                "INV-000004 finalised 36.0000",
            ])
    }
}
