import Postgres
import TestSupport
import Testing

/// cdr.carrier_calls: our calls over a carrier.
@Suite(.database) struct CarrierCallsTests {
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

    @Test func `answered ones of its trunks, in its currency`() async throws {
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
        try await book.run(
            """
            update cdr.enriched_cdr set carrier_trunk_id = null where tenant_id = TENANT and id = ID2
            """)
        try await book.run(
            """
            insert into billing.exchange_rates (tenant_id, base, quote, rate, source, valid_from)
            values (TENANT, 'USD', 'EUR', 0.9, 'x', '2026-01-01')
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', to_number, billed_s, rate, amount)
                  from cdr.carrier_calls(TENANT, TENANT, '2026-10-01', '2026-11-01', 'EUR')
                """, as: db.engine
            ) == ["+12125550101 60 0.0090000000000000 0.00900000"])
    }
}
