import Postgres
import TestSupport
import Testing

/// billing.resold_calls_of_cycle: what a reseller is charged for calls of the accounts below it, each in one cycle.
@Suite(.database) struct ResoldCallsOfCycleTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a charge is of the cycle of its call, or of the next when it was posted too late`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.resoldCalls + Book.closeCycles)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', c.first_day, (l.started_at at time zone 'UTC')::date, count(*), sum(l.amount))
                  from billing.billing_cycles c
                 cross join lateral billing.resold_calls_of_cycle(TENANT, c.id) l
                 where c.tenant_id = TENANT group by c.first_day, (l.started_at at time zone 'UTC')::date
                 order by 1
                """, as: db.engine) == [
                    "2026-05-01 2026-05-05 1 0.04000001", "2026-05-01 2026-05-31 1 0.04000001",
                    "2026-06-01 2026-05-31 1 0.04000001", "2026-06-01 2026-06-05 1 0.04000001",
                ])
    }
}
