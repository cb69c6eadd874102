import Postgres
import TestSupport
import Testing

/// billing.summarise_cycles: many cycles at once, and what comes too late for them.
@Suite(.database) struct SummariseCyclesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `each call is of one cycle, and late ones are counted`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        try await book.run(Book.callsOfTwoCycles)
        try await book.run(
            """
            select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
            select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
            """)
        for _ in 0..<2 {
            #expect(
                try await book.read(
                    "select billing.summarise_cycles(TENANT, array[ID1, ID2])::text", as: db.engine) == ["2"])
            #expect(
                try await book.read(
                    """
                    select concat_ws(' ', c.first_day, c.late_calls, u.unit_count, u.amount, u.usage_on, u.last_on)
                      from billing.billing_cycles c
                      join billing.usage_summary u on u.tenant_id = c.tenant_id and u.billing_cycle_id = c.id
                     where c.tenant_id = TENANT order by 1
                    """
                ) == [
                    "2026-05-01 1 2 0.20000002 2026-05-04 2026-05-31",
                    "2026-06-01 0 2 0.20000002 2026-05-31 2026-06-04",
                ])
        }
    }
}
