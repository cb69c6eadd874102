import Postgres
import TestSupport
import Testing

/// queue.purge: clears away what is over.
@Suite(.database, .serialized) struct PurgeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `by age, dead ones after ten times that, and what has expired`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.jobs (tenant_id, kind, state, finished_at) values
                (TENANT, 'old.one', 'done', now() - interval '8 days'), (TENANT, 'new.one', 'done',
                    now() - interval '6 days'),
                (TENANT, 'dead.one', 'dead', now() - interval '69 days'), (TENANT, 'long.dead', 'dead',
                    now() - interval '71 days'),
                (TENANT, 'ready.one', 'ready', null);
            insert into queue.outbox (tenant_id, topic, payload, state, finished_at)
            values (TENANT, 'old', '{}', 'delivered', now() - interval '8 days'), (TENANT, 'new', '{}', 'delivered',
                now());
            insert into queue.idempotency_keys (tenant_id, principal_id, route, key, request_digest, locked_until,
                expires_at)
            values (TENANT, ID1, 'x', 'old', sha256('x'), now(), now() - interval '1 s'),
                   (TENANT, ID1, 'x', 'new', sha256('x'), now(), now() + interval '1 hour');
            insert into queue.rate_counters (tenant_id, key, window_s, window_start, used)
            values (TENANT, 'old', 60, now() - interval '3 minutes', 1), (TENANT, 'new', 3600,
                now() - interval '3 minutes', 1);
            """)
        try await book.run("select queue.purge()", as: db.engine)
        #expect(
            try await book.read(
                """
                select string_agg(kind, ' ' order by kind) from queue.jobs where tenant_id = TENANT
                """
            ) == ["dead.one new.one ready.one"])
        #expect(
            try await book.read(
                """
                select topic from queue.outbox where tenant_id = TENANT
                 union all select key from queue.idempotency_keys where tenant_id = TENANT
                 union all select key from queue.rate_counters where tenant_id = TENANT
                """
            ) == ["new", "new", "new"])
    }

    @Test func `at most so many at once`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.jobs (tenant_id, kind, state, finished_at)
            select TENANT, 'a.b', 'done', now() - interval '8 days' from generate_series(1, 3)
            """)
        #expect(
            try await book.read(
                """
                select deleted::text from queue.purge('7 days', 2) where name = 'jobs'
                """, as: db.engine
            ) == ["2"])
        #expect(
            try await book.read(
                """
                select deleted::text from queue.purge('7 days', 2) where name = 'jobs'
                """, as: db.engine
            ) == ["1"])
    }
}
