import Postgres
import TestSupport
import Testing

/// cdr.hours_posted_since: which hours changed.
@Suite(.database) struct HoursPostedSinceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let calls =
        """
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction, to_number,
                                      jurisdiction, disposition, sip_code, ringing_at, pdd_ms, talk_ms, currency,
                                      sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s,
                                      sell_billed_s, sell_amount, posted_at)
        select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, ID9, 'outbound', c.number, 'interstate',
            c.disposition,
               c.sip_code, case when c.pdd_ms > 0 then now() end, c.pdd_ms, c.talk_ms, 'USD', TENANT, 0.01, 0, 6, 6,
               c.talk_ms / 1000, c.talk_ms / 1000 * 0.01 / 60, '2026-10-03'
          from (values (ID1, '2026-10-02 10:00', '+12125550100', 'answered', 200, 150, 60000),
                       (ID2, '2026-10-02 10:30', '+14155550100', 'answered', 200, 900, 6000),
                       (ID3, '2026-10-02 10:59:59.999', '+12125550100', 'busy', 486, null, 0),
                       (ID4, '2026-10-02 10:10', '+12125550100', 'failed', 503, null, 0),
                       (ID5, '2026-10-02 10:20', '+12125550100', 'no_answer', 480, 3000, 0),
                       (ID6, '2026-10-02 11:00', '+442079460958', 'answered', 200, 2000, 60000))
               c (id, started_at, number, disposition, sip_code, pdd_ms, talk_ms);
        insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, attempts)
        values (TENANT, '2026-10-02 10:00', ID1, 'x', 200, ID8::text || ':503;' || ID8 || ':full;' || ID9 || ':200;'),
               (TENANT, '2026-10-02 10:30', ID2, 'x', 200, ID9::text || ':200;');
        """

    @Test func `those of calls that were posted since`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.calls)
        #expect(
            try await book.read(
                """
                select to_char(bucket_at at time zone 'UTC', 'MM-DD HH24') from cdr.hours_posted_since(TENANT,
                    '2026-10-03')
                """, as: db.engine
            ) == ["10-02 10", "10-02 11"])
        #expect(
            try await book.read(
                """
                select to_char(bucket_at at time zone 'UTC', 'MM-DD HH24') from cdr.hours_posted_since(TENANT,
                    '2026-10-04')
                """, as: db.engine
            ) == [])
    }
}
