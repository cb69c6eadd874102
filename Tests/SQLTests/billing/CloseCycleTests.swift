import Postgres
import TestSupport
import Testing

/// billing.close_cycle: when the usage of a cycle ends.
@Suite(.database) struct CloseCycleTests {
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

    @Test func `once, in order, and not before postings are over`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        #expect(
            try await book.refusal("select billing.close_cycle(TENANT, ID2, '2026-07-04')", as: db.engine)
                == Refusal("23514", "cycles_are_closed_in_their_order"))
        #expect(
            try await book.refusal(
                """
                select billing.close_cycle(TENANT, ID1, now() - interval '4 minutes')
                """, as: db.engine
            ) == Refusal("23514", "cut_off_is_above_five_minutes_ago"))
        #expect(
            try await book.refusal("select billing.close_cycle(TENANT, ID1, '2026-05-31')", as: db.engine)
                == Refusal("23514", "cycle_is_closed_not_before_its_end"))
        #expect(
            try await book.read(
                """
                select billing.close_cycle(TENANT, ID1, '2026-06-04')::text
                """, as: db.engine
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select billing.close_cycle(TENANT, ID1, '2026-06-05')::text
                """, as: db.engine
            ) == ["false"])
        #expect(
            try await book.refusal(
                """
                update billing.billing_cycles set status = 'open', cut_off_at = null where tenant_id = TENANT
                """
            ) == Refusal("23514", "billing_cycle_keeps_to_its_states"))
    }

    @Test func `two cycles of an account are never at one time`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        #expect(
            try await book.refusal(
                """
                insert into billing.billing_cycles (tenant_id, account_id, period_from, period_to, first_day,
                    next_day,
                                                    closes_at)
                values (TENANT, ACCOUNT, '2026-06-30', '2026-08-01', '2026-06-30', '2026-08-01', '2026-08-01')
                """
            ) == Refusal("23P01", "account_is_in_one_cycle_at_a_time"))
    }

    @Test func `never before an earlier one was cut off, or a call would be of two`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(
            """
            select billing.close_cycle(TENANT, ID1, '2026-07-10');
            select billing.close_cycle(TENANT, ID2, '2026-07-04');
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select (cut_off_at at time zone 'UTC')::date::text from billing.billing_cycles
                 where tenant_id = TENANT order by first_day
                """) == ["2026-07-10", "2026-07-10"])
    }
}
