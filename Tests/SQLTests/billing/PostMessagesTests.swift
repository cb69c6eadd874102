import Postgres
import TestSupport
import Testing

/// billing.post_messages: what messages cost, once.
@Suite(.database) struct PostMessagesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// - Parameter changes: columns and values beside those of a message of three segments that a carrier took.
    private func book(_ columns: String = "", _ values: String = "") async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(MessagePriceTests.plan)
        try await book.run(
            """
            insert into messaging.mdr (tenant_id, accepted_at, answered_at, id, account_id, segments, sender, currency
                                       \(columns.isEmpty ? "" : ", " + columns))
            values (TENANT, '2026-05-01', '2026-05-01', ID1, ACCOUNT, 3, '+13125550100', 'USD'
                    \(values.isEmpty ? "" : ", " + values))
            """)
        return book
    }

    private static let state =
        """
        select concat_ws(' ', m.sell_amount, m.sell_carrier_fee, m.posted_at is not null, m.rating_error,
                         (select concat_ws(' ', l.available, l.counter_account, l.occurred_at = m.accepted_at)
                            from billing.ledger l where l.tenant_id = TENANT and l.source = 'mdr'))
          from messaging.mdr m where m.tenant_id = TENANT
        """

    @Test(
        arguments: [
            ("'outbound', 'sms', 'sent', '+12125550100'", "0.02250000 0.00900000 t -0.03150000 messaging_revenue t"),
            (
                "'outbound', 'sms', 'undelivered', '+12125550100'",
                "0.02250000 0.00900000 t -0.03150000 messaging_revenue t"
            ),
            (
                "'outbound', 'mms', 'delivered', '+12125550100'",
                "0.02000000 0.01000000 t -0.03000000 messaging_revenue t"
            ),
            ("'inbound', 'sms', 'received', '+12125550100'", "0.00300000 0.00000000 t -0.00300000 messaging_revenue t"),
            ("'outbound', 'sms', 'failed', '+12125550100'", "0.00000000 0.00000000 t"),
            ("'outbound', 'sms', 'rejected', '+12125550100'", "0.00000000 0.00000000 t"),
            ("'outbound', 'sms', 'queued', '+12125550100'", "0.00000000 0.00000000 f"),
            (
                "'outbound', 'sms', 'sent', '+442079460000'",
                "0.00000000 0.00000000 f no price of messages for this number, sender and network"
            ),
            ("'outbound', 'sms', 'sent', '+5355501000'", "0.00000000 0.00000000 f the price blocks this number"),
        ])
    func `costs when it was taken`(message: String, expected: String) async throws {
        let book = try await book("direction, channel, status, recipient", message)
        let post = "select posted + set_aside from billing.post_messages(TENANT)"
        try await book.run(post, as: db.engine)
        #expect(try await book.read(Self.state) == [expected])
        try await book.run(post, as: db.engine)
        #expect(try await book.read(Self.state) == [expected])
        #expect(try await book.read("select bucket from billing.check_ledger(TENANT)") == [])
    }

    @Test func `a trial, and a message of nobody, cost nothing`() async throws {
        let sent = "direction, status, recipient"
        let trial = try await book(sent + ", is_sandbox", "'outbound', 'sent', '+12125550100', true")
        try await trial.run("select billing.post_messages(TENANT)", as: db.engine)
        #expect(try await trial.read(Self.state) == ["0.00000000 0.00000000 t"])
        let nobodys = try await book(sent, "'inbound', 'received', '+12125550100'")
        try await nobodys.run("update messaging.mdr set account_id = null where tenant_id = TENANT")
        try await nobodys.run("select billing.post_messages(TENANT)", as: db.engine)
        #expect(try await nobodys.read(Self.state) == ["0.00000000 0.00000000 t"])
    }

    @Test func `what no carrier has answered waits, and is free when none ever did`() async throws {
        let book = try await book("direction, status, recipient, sent_at", "'outbound', 'sent', '+12125550100', now()")
        try await book.run("update messaging.mdr set answered_at = null where tenant_id = TENANT")
        let post = "select posted::text from billing.post_messages(TENANT)"
        #expect(try await book.read(post, as: db.engine) == ["0"])
        try await book.run("update messaging.mdr set status = 'unknown' where tenant_id = TENANT")
        #expect(try await book.read(post, as: db.engine) == ["0"])
        try await book.run("update messaging.mdr set sent_at = now() - interval '5 days' where tenant_id = TENANT")
        #expect(try await book.read(post, as: db.engine) == ["1"])
        #expect(try await book.read(Self.state) == ["0.00000000 0.00000000 t"])
    }

    @Test func `what was blocked is priced by the plan that was mended`() async throws {
        let book = try await book("direction, status, recipient", "'outbound', 'sent', '+5355501000'")
        try await book.run("select billing.post_messages(TENANT)", as: db.engine)
        try await book.run(
            """
            update billing.messaging_rates set blocked = false, rate = 0.1 where tenant_id = TENANT and prefix = '53';
            update messaging.mdr set rating_error = null where tenant_id = TENANT
            """)
        try await book.run("select billing.post_messages(TENANT)", as: db.engine)
        #expect(try await book.read(Self.state) == ["0.30000000 0.00000000 t -0.30000000 messaging_revenue t"])
    }

    @Test func `what was priced when it was accepted keeps that price`() async throws {
        let book = try await book(
            "direction, status, recipient, sell_rate_id, sell_rate, sell_amount",
            "'outbound', 'sent', '+12125550100', ID9, 0.5, 1.5")
        try await book.run("select billing.post_messages(TENANT)", as: db.engine)
        #expect(
            try await book.read(Self.state) == ["1.50000000 0.00000000 t -1.50000000 messaging_revenue t"])
    }

    @Test func `one that the database refuses is set aside with the reason, and stops no other`() async throws {
        let book = try await book("direction, status, recipient", "'outbound', 'sent', '+12125550100'")
        try await book.run(
            """
            insert into messaging.mdr (tenant_id, accepted_at, answered_at, id, account_id, segments, sender, currency,
                                       direction, status, recipient, sell_rate_id, sell_rate, sell_amount)
            select TENANT, '2026-04-01', '2026-04-01', i, ACCOUNT, 1, '+13125550100', 'USD', 'outbound', 'sent',
                   '+12125550100', ID9, 0.5, a
              from (values (ID2, 4321.5), (ID3, 1.5)) v (i, a);
            alter table billing.ledger add constraint nothing_costs_4321 check (available <> -4321.5) not valid;
            """)
        #expect(
            try await book.read(
                "select posted || ' ' || set_aside from billing.post_messages(TENANT)", as: db.engine) == ["2 1"])
        let state = """
            select concat_ws(' ', m.sell_amount, m.posted_at is not null, m.rating_error)
              from messaging.mdr m where m.tenant_id = TENANT order by m.sell_amount
            """
        #expect(
            try await book.read(state) == [
                "0.02250000 t", "1.50000000 t",
                "4321.50000000 f cannot be posted: new row for relation \"ledger\" violates check constraint "
                    + "\"nothing_costs_4321\"",
            ])
        #expect(try await book.read("select bucket from billing.check_ledger(TENANT)") == [])
        try await book.run(
            """
            alter table billing.ledger drop constraint nothing_costs_4321;
            update messaging.mdr set rating_error = null where tenant_id = TENANT;
            """)
        try await book.run("select billing.post_messages(TENANT)", as: db.engine)
        #expect(try await book.read(state + " limit 1 offset 2") == ["4321.50000000 t"])
    }

    @Test func `messages are invoiced with the cycle, at what was posted`() async throws {
        let book = try await book("direction, status, recipient", "'outbound', 'sent', '+12125550100'")
        try await book.run("select billing.post_messages(TENANT)", as: db.engine)
        try await book.run("update messaging.mdr set posted_at = accepted_at where tenant_id = TENANT")
        try await book.run(
            """
            insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                                closes_at)
            values (TENANT, ID1, ACCOUNT, '2026-05-01 00:00+00', '2026-06-01 04:00+00', '2026-05-01', '2026-06-01',
                    '2026-06-04 04:00+00');
            select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
            """)
        try await book.run("select billing.draft_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', i.description, i.quantity, i.unit, i.exact_amount, i.amount, i.posted_amount,
                                 i.tax_category, i.call_count)
                  from billing.invoice_items i where i.tenant_id = TENANT
                """) == ["Outbound messages 3.000000 segments 0.03150000 0.0300 0.03150000 messaging 1"])
    }
}
