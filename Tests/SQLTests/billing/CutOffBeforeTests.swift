import Postgres
import TestSupport
import Testing

/// billing.cut_off_before: no cycle is cut off before an earlier one.
@Suite(.database) struct CutOffBeforeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the latest of those before it, of its own account`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                                closes_at, status, cut_off_at)
            select TENANT, c.id, ACCOUNT, c.first_day, c.next_day, c.first_day, c.next_day, c.next_day, 'closed',
                   c.cut_off_at::timestamptz
              from (values (ID1, '2026-05-01'::date, '2026-06-01'::date, '2026-07-20'),
                           (ID2, '2026-06-01', '2026-07-01', '2026-07-02'),
                           (ID3, '2026-07-01', '2026-08-01', '2026-08-02')) c (id, first_day, next_day, cut_off_at)
            """)
        #expect(
            try await book.read(
                """
                select coalesce(billing.cut_off_before(TENANT, c.id)::date::text, 'none')
                  from billing.billing_cycles c where c.tenant_id = TENANT order by c.first_day
                """, as: db.engine) == ["none", "2026-07-20", "2026-07-20"])
    }
}
