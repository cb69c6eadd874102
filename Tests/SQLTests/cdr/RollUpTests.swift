import Postgres
import TestSupport
import Testing

/// cdr.roll_up: sums calls up by hour and day.
@Suite(.database) struct RollUpTests {
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

    private static let hours =
        """
        select concat_ws(' ', to_char(bucket_at, 'HH24'), carrier_trunk_id = ID9, country, calls, seizures, answered,
                         effective, short_calls, talk_ms, sell_billed_s, sell_amount, pdd_calls, pdd_ms)
          from cdr.hourly_summary where tenant_id = TENANT order by bucket_at, carrier_trunk_id
        """

    @Test func `calls where they ended, tries where they were made; again it is the same`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.calls)
        #expect(
            try await book.read(
                """
                select cdr.roll_up(TENANT, '2026-10-02 10:00+00', '2026-10-02 12:00+00')::text
                """, as: db.engine
            ) == ["3"])
        #expect(
            try await book.read(Self.hours) == [
                "10 f US 0 1 0 0 0 0 0 0.00000000 0 0",
                "10 t US 5 5 2 4 1 66000 66 0.01100000 3 4050",
                "11 t GB 1 1 1 1 0 60000 60 0.01000000 1 2000",
            ])
        #expect(
            try await book.read(
                """
                select cdr.roll_up(TENANT, '2026-10-02 10:00+00', '2026-10-02 12:00+00')::text
                """, as: db.engine
            ) == ["3"])
        #expect(
            try await book.read(Self.hours) == [
                "10 f US 0 1 0 0 0 0 0 0.00000000 0 0",
                "10 t US 5 5 2 4 1 66000 66 0.01100000 3 4050",
                "11 t GB 1 1 1 1 0 60000 60 0.01000000 1 2000",
            ])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', day, sum(calls), sum(seizures), sum(answered), sum(pdd_calls))
                  from cdr.daily_summary where tenant_id = TENANT group by day
                """
            ) == ["2026-10-02 6 7 3 4"])
    }

    @Test func `what no call stands behind any more goes, from the day too`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.calls)
        try await book.run(
            """
            select cdr.roll_up(TENANT, '2026-10-02 10:00+00', '2026-10-02 12:00+00')
            """, as: db.engine)
        try await book.run(
            """
            delete from cdr.enriched_cdr where tenant_id = TENANT and id = ID6; delete from cdr.raw_cdr
                where tenant_id = TENANT
            """)
        try await book.run(
            """
            select cdr.roll_up(TENANT, '2026-10-02 11:00+00', '2026-10-02 12:00+00')
            """, as: db.engine)
        try await book.run(
            """
            select cdr.roll_up(TENANT, '2026-10-02 10:00+00', '2026-10-02 11:00+00')
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', sum(calls), sum(seizures), (select sum(calls) from cdr.daily_summary
                    where tenant_id = TENANT),
                                 (select sum(seizures) from cdr.daily_summary where tenant_id = TENANT))
                  from cdr.hourly_summary where tenant_id = TENANT
                """
            ) == ["5 5 5 5"])
    }

    @Test func `a window of one hour does not touch the others`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.calls)
        #expect(
            try await book.read(
                """
                select cdr.roll_up(TENANT, '2026-10-02 11:00+00', '2026-10-02 12:00+00')::text
                """, as: db.engine
            ) == ["1"])
        #expect(
            try await book.read(
                """
                select sum(calls)::text from cdr.hourly_summary where tenant_id = TENANT
                """
            ) == ["1"])
    }

    @Test func `only full hours, a month of them at most`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select cdr.roll_up(TENANT, '2026-10-02 10:30+00', '2026-10-02 12:00+00')
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select cdr.roll_up(TENANT, '2026-10-02 12:00+00', '2026-10-02 12:00+00')
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select cdr.roll_up(TENANT, '2026-10-01 00:00+00', '2026-11-02 00:00+00')
                """, as: db.engine
            ) == Refusal("22023"))
    }
}
