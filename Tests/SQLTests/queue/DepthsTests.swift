import Postgres
import TestSupport
import Testing

/// queue.depths: what waits, and for how long.
@Suite(.database) struct DepthsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `by queue`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.jobs (tenant_id, queue, kind, run_at) values
                (TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', now() - interval '1 minute'),
                    (TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', now() + interval '1 hour')
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', ready, due, running, dead, oldest_due_s between 60 and 120)
                    from queue.depths() where name = 'jobs.' || 'q' || left(replace(TENANT::text, '-', ''), 20)
                """, as: db.engine
            ) == ["2 1 0 0 t"])
    }
}
