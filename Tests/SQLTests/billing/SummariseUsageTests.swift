import Postgres
import TestSupport
import Testing

/// billing.summarise_usage: each call is of one cycle.
@Suite(.database) struct SummariseUsageTests {
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

    private static let usage =
        """
        select concat_ws(' ', usage_on, last_on, country, unit_count, billed_s, amount)
          from billing.usage_summary where tenant_id = TENANT order by usage_on
        """

    @Test func `what is posted after the cut-off is of the next; again it is the same`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        try await book.run(Self.closes)
        #expect(
            try await book.read("select billing.summarise_usage(TENANT, ID1)::text", as: db.engine) == ["1"])
        #expect(try await book.read(Self.usage) == ["2026-05-04 2026-05-31 US 2 120 0.20000002"])
        #expect(
            try await book.read("select billing.summarise_usage(TENANT, ID2)::text", as: db.engine) == ["1"])
        #expect(
            try await book.read("select billing.summarise_usage(TENANT, ID1)::text", as: db.engine) == ["1"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', sum(unit_count), sum(amount)) from billing.usage_summary
                    where tenant_id = TENANT
                """
            ) == ["4 0.40000004"])
    }

    @Test func `of an open cycle what there is so far`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        #expect(
            try await book.read("select billing.summarise_usage(TENANT, ID1)::text", as: db.engine) == ["1"])
        #expect(
            try await book.read(
                """
                select sum(unit_count)::text from billing.usage_summary where tenant_id = TENANT
                """
            ) == ["3"])
    }

    @Test func `what is invoiced stays; a cycle that is not there is refused`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        try await book.run(Self.closes)
        try await book.run("select billing.draft_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.refusal("select billing.summarise_usage(TENANT, ID1)", as: db.engine)
                == Refusal("23514", "invoiced_usage_is_kept"))
        #expect(
            try await book.refusal("select billing.summarise_usage(TENANT, ID3)", as: db.engine)
                == Refusal("23503"))
    }
}
