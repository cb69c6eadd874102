import Postgres
import TestSupport
import Testing

/// cdr.check_sums: the proof that the sums of calls are what they say.
@Suite(.database) struct CheckSumsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let calls =
        """
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code, talk_ms,
                                      currency, sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s,
                                      sell_billed_s, sell_amount, posted_at)
        select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, 'outbound', 'answered', 200, 60000, 'USD', TENANT,
               0.01, 0, 6, 6, 60, 0.01, '2026-10-03'
          from (values (ID1, '2026-10-02 10:00+00'), (ID2, '2026-10-02 10:30+00'), (ID3, '2026-10-03 11:00+00'))
               c (id, started_at);
        select cdr.roll_up(TENANT, '2026-10-02 10:00+00', '2026-10-03 12:00+00')
        """

    private static let differences =
        """
        select concat_ws(' ', to_char(bucket_at at time zone 'UTC', 'MM-DD HH24'), measure, summed, counted)
          from cdr.check_sums(TENANT, '2026-10-01 00:00+00', '2026-10-05 00:00+00')
        """

    @Test func `sums of just these calls say nothing`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.calls)
        #expect(try await book.read(Self.differences, as: db.engine) == [])
    }

    @Test func `a call that is not in its hour is told, and an hour that is not in its day`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.calls)
        try await book.run(
            """
            update cdr.enriched_cdr set sell_amount = 0.02 where tenant_id = TENANT and id = ID1;
            update cdr.daily_summary set calls = 2 where tenant_id = TENANT and day = '2026-10-03'
            """)
        #expect(
            try await book.read(Self.differences, as: db.engine) == [
                "10-02 10 hour sell_amount 0.02000000 0.03000000", "10-03 00 day calls 2 1",
            ])
    }

    @Test func `a day that the window has not whole is left out`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.calls)
        #expect(
            try await book.read(
                """
                select count(*)::text from cdr.check_sums(TENANT, '2026-10-02 10:00+00', '2026-10-03 11:00+00')
                """, as: db.engine) == ["0"])
    }
}
