import Postgres
import TestSupport
import Testing

/// billing.calls_of_cycle: the calls that were summed up.
@Suite(.database) struct CallsOfCycleTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `they are those of the sums`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        try await book.run(Book.callsOfTwoCycles)
        try await book.run(
            """
            select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
            select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
            select billing.summarise_cycles(TENANT, array[ID1, ID2]);
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', count(*), sum(e.sell_amount),
                                 (select sum(u.amount) from billing.usage_summary u
                                   where u.tenant_id = TENANT and u.billing_cycle_id = c.id))
                  from billing.billing_cycles c
                 cross join lateral billing.calls_of_cycle(TENANT, c.id) e
                 where c.tenant_id = TENANT group by c.id, c.first_day order by c.first_day
                """, as: db.engine) == ["2 0.20000002 0.20000002", "2 0.20000002 0.20000002"])
    }
}
