import Postgres
import TestSupport
import Testing

/// cdr.match_calls: pairs by number and time.
@Suite(.database) struct MatchCallsTests {
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

    @Test func `redials of one number each find their own, also when there are many`() async throws {
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
              from (values (ID1, '2026-10-02 10:00:08', '0101', 6000, 6),
                           (ID2, '2026-10-02 10:00:16', '0101', 6000, 6),
                           (ID3, '2026-10-02 10:00:24', '0101', 6000, 6),
                           (ID4, '2026-10-02 10:00:32', '0101', 6000, 6),
                           (ID5, '2026-10-02 10:00:40', '0101', 6000, 6),
                           (ID6, '2026-10-02 10:00:48', '0101', 6000, 6)) c (id, started_at, number, talk_ms,
                               billed_s)
            """)
        try await book.run(
            """
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, to_number, jurisdiction, duration_ms,
                                        billed_s, rate, amount, currency)
            select TENANT, c.started_at::timestamptz + interval '7 s', c.id, TENANT, '+1212555' || c.number,
                c.jurisdiction,
                   c.talk_ms, c.billed_s, c.rate, c.amount, 'USD'
              from (values (ID1, '2026-10-02 10:00:08.3', '0101', 'interstate', 6000, 6, 0.01, 0.001),
                           (ID2, '2026-10-02 10:00:16.3', '0101', 'interstate', 6000, 6, 0.01, 0.001),
                           (ID3, '2026-10-02 10:00:24.3', '0101', 'interstate', 6000, 6, 0.01, 0.001),
                           (ID4, '2026-10-02 10:00:32.3', '0101', 'interstate', 6000, 6, 0.01, 0.001),
                           (ID5, '2026-10-02 10:00:40.3', '0101', 'interstate', 6000, 6, 0.01, 0.001),
                           (ID6, '2026-10-02 10:00:48.3', '0101', 'interstate', 6000, 6, 0.01, 0.001))
                   c (id, started_at, number, jurisdiction, talk_ms, billed_s, rate, amount)
            """)
        try await book.run(
            """
            update cdr.reconciliation_runs set clock_offset_ms = 7000 where tenant_id = TENANT
            """)
        #expect(
            try await book.read("select cdr.match_calls(TENANT, ID7)::text", as: db.engine) == ["6"])
        #expect(
            try await book.read(
                """
                select bool_and(id = cdr_id)::text from cdr.vendor_cdr where tenant_id = TENANT
                """
            ) == ["true"])
        // again: the same
        #expect(
            try await book.read("select cdr.match_calls(TENANT, ID7)::text", as: db.engine) == ["6"])
    }
}
