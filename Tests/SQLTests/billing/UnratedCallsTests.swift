import Postgres
import TestSupport
import Testing

/// billing.unrated_calls: what has no price yet.
@Suite(.database) struct UnratedCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `those set aside and those that wait, of the cycle they were made in`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles)
        try await book.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code, rating_error,
                                     processed_at)
            select TENANT, t::timestamptz, gen_random_uuid(), 'e', ACCOUNT, 200, e, p::timestamptz
              from (values ('2026-05-20', 'no rate', null), ('2026-05-21', null, null), ('2026-05-22', null, null),
                           ('2026-05-23', null, '2026-05-23'), ('2026-06-20', null, '2026-06-20')) c (t, e, p);
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', u.billing_cycle_id = ID1, u.set_aside, u.waiting)
                  from billing.unrated_calls(TENANT, array[ID1, ID2]) u
                """, as: db.engine) == ["t 1 2"])
    }
}
