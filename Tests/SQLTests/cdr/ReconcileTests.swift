import Postgres
import TestSupport
import Testing

/// cdr.reconcile: what differs, why, and in what money.
@Suite(.database) struct ReconcileTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let trunks =
        """
        insert into vendor_mgmt.vendors (tenant_id, id, name) values (TENANT, TENANT, 'Vendor');
        insert into vendor_mgmt.carriers (tenant_id, id, vendor_id) values (TENANT, TENANT, TENANT);
        insert into routing.carriers (tenant_id, id, vendor_carrier_id, name) values (TENANT, TENANT, TENANT,
            'Carrier');
        insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
        values (TENANT, ID8, TENANT, 'A', 'a.example'), (TENANT, ID9, TENANT, 'B', 'b.example');
        insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency)
        values (TENANT, ID7, TENANT, '2026-10-01', '2026-11-01', 'USD');
        """

    private static let classes =
        """
        select concat_ws(' ', match_class, call_count, difference)
          from cdr.reconciliation_classes where tenant_id = TENANT order by match_class
        """

    @Test func `each difference has the first reason that explains it`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.trunks)
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                to_number,
                                          jurisdiction, disposition, sip_code, currency, talk_ms, buy_billed_s,
                                              buy_rate_id,
                                          buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, buy_amount)
            select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, ID8, 'outbound', '+1212555' || c.number,
                'interstate',
                   'answered', 200, 'USD', c.talk_ms, c.billed_s, TENANT, 0.01, 0, 6, 6, c.billed_s * 0.01 / 60
              from (values (ID1, '2026-10-02 10:01', '0101', 60000, 60),
                           (ID2, '2026-10-02 10:02', '0102', 61000, 66),
                           (ID3, '2026-10-02 10:03', '0103', 61000, 66),
                           (ID4, '2026-10-02 10:04', '0104', 61000, 66),
                           (ID5, '2026-10-02 10:05', '0105', 60000, 60),
                           (ID6, '2026-10-02 10:06', '0106', 60000, 60),
                           (ID7, '2026-10-02 10:07', '0107', 60000, 60)) c (id, started_at, number, talk_ms, billed_s)
            """)
        try await book.run(
            """
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, to_number, jurisdiction, duration_ms,
                                        billed_s, rate, amount, currency)
            select TENANT, c.started_at::timestamptz + interval '7 s', c.id, TENANT, '+1212555' || c.number,
                c.jurisdiction,
                   c.talk_ms, c.billed_s, c.rate, c.amount, 'USD'
              from (values (ID1, '2026-10-02 10:01', '0101', 'interstate', 60000, 60, 0.01, 0.01),
                           (ID2, '2026-10-02 10:02', '0102', 'interstate', 61000, 66, 0.01, 0.0111),
                           (ID3, '2026-10-02 10:03', '0103', 'interstate', 61000, 120, 0.01, 0.02),
                           (ID4, '2026-10-02 10:04', '0104', 'interstate', 161000, 162, 0.01, 0.027),
                           (ID5, '2026-10-02 10:05', '0105', 'interstate', 60000, 60, 0.02, 0.02),
                           (ID6, '2026-10-02 10:06', '0106', 'intrastate', 60000, 60, 0.02, 0.02),
                           (ID8, '2026-10-02 10:08', '0108', 'interstate', 60000, 60, 0.01, 0.01),
                           (ID9, '2026-10-02 10:01:00.5', '0101', 'interstate', 60000, 60, 0.01, 0.01))
                   c (id, started_at, number, jurisdiction, talk_ms, billed_s, rate, amount)
            """)
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["8"])
        #expect(
            try await book.read(Self.classes) == [
                "duplicate 1 0.01000000",
                "duration 1 0.01600000",
                "exact 1 0.00000000",
                "increment 1 0.00900000",
                "jurisdiction 1 0.01000000",
                "missing_ours 1 0.01000000",
                "missing_theirs 1 -0.01000000",
                "rate 1 0.01000000",
                "rounding 1 0.00010000",
            ])
        #expect(
            try await book.read(
                """
                select clock_offset_ms::text from cdr.reconciliation_runs where tenant_id = TENANT
                """
            ) == ["7000"])
        // again: the same
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["8"])
    }

    @Test func `a call at the end of a month is of one run`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.trunks)
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                to_number,
                                          jurisdiction, disposition, sip_code, currency, talk_ms, buy_billed_s,
                                              buy_rate_id,
                                          buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, buy_amount)
            select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, ID8, 'outbound', '+1212555' || c.number,
                'interstate',
                   'answered', 200, 'USD', c.talk_ms, c.billed_s, TENANT, 0.01, 0, 6, 6, c.billed_s * 0.01 / 60
              from (values (ID1, '2026-10-31 23:59:58', '0101', 60000, 60),
                           (ID2, '2026-10-15 12:00', '0102', 60000, 60)) c (id, started_at, number, talk_ms, billed_s)
            """)
        try await book.run(
            """
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, to_number, jurisdiction, duration_ms,
                                        billed_s, rate, amount, currency)
            select TENANT, c.started_at::timestamptz + interval '7 s', c.id, TENANT, '+1212555' || c.number,
                c.jurisdiction,
                   c.talk_ms, c.billed_s, c.rate, c.amount, 'USD'
              from (values (ID1, '2026-10-31 23:59:58', '0101', 'interstate', 60000, 60, 0.01, 0.01),
                           (ID2, '2026-10-15 12:00', '0102', 'interstate', 60000, 60, 0.01, 0.01))
                   c (id, started_at, number, jurisdiction, talk_ms, billed_s, rate, amount)
            """)
        try await book.run(
            """
            insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency)
            values (TENANT, ID6, TENANT, '2026-11-01', '2026-12-01', 'USD')
            """)
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["0"])
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID6)::text", as: db.engine) == ["0"])
        #expect(try await book.read(Self.classes) == ["exact 2 0.00000000"])
    }

    @Test func `what is in a dispute stays, and a dispute keeps to its states`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.trunks)
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                to_number,
                                          jurisdiction, disposition, sip_code, currency, talk_ms, buy_billed_s,
                                              buy_rate_id,
                                          buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, buy_amount)
            select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, ID8, 'outbound', '+1212555' || c.number,
                'interstate',
                   'answered', 200, 'USD', c.talk_ms, c.billed_s, TENANT, 0.01, 0, 6, 6, c.billed_s * 0.01 / 60
              from (values (ID1, '2026-10-02 10:00', '0101', 60000, 60),
                           (ID2, '2026-10-02 10:01', '0102', 60000, 60)) c (id, started_at, number, talk_ms, billed_s)
            """)
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["2"])
        try await book.run(
            """
            insert into cdr.disputes (tenant_id, id, carrier_id, reconciliation_run_id, reference, currency,
                                      disputed_amount, reason)
            values (TENANT, ID5, TENANT, ID7, 'D-1', 'USD', 0.02, 'x');
            update cdr.reconciliation_items set dispute_id = ID5 where tenant_id = TENANT;
            """)
        #expect(
            try await book.refusal("select cdr.reconcile(TENANT, ID7)", as: db.engine)
                == Refusal("23514", "disputed_run_is_kept"))
        #expect(
            try await book.refusal(
                """
                update cdr.disputes set status = 'accepted', granted_amount = 0.02 where tenant_id = TENANT
                """
            ) == Refusal("23514", "dispute_keeps_to_its_states"))
        try await book.run(
            """
            update cdr.disputes set status = 'sent', sent_at = now() where tenant_id = TENANT
            """)
        #expect(
            try await book.refusal(
                """
                update cdr.disputes set status = 'partly_accepted' where tenant_id = TENANT
                """
            ) == Refusal("23514", "accepted_dispute_is_granted_as_it_says"))
        try await book.run(
            """
            update cdr.disputes set status = 'partly_accepted', granted_amount = 0.01 where tenant_id = TENANT
            """)
    }
}
