import Postgres
import TestSupport
import Testing

/// queue.expire_outbox: what waits longer than it may is given up.
@Suite(.database, .serialized) struct ExpireOutboxTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `what waits beyond its time is dead, with the last reason; what runs goes on`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.outbox (tenant_id, id, topic, payload, expires_at, last_error)
            values (TENANT, ID1, 'a', '{}', now(), 'boom'), (TENANT, ID2, 'a', '{}', now() + interval '1 h', null),
                   (TENANT, ID3, 'a', '{}', null, null);
            insert into queue.outbox (tenant_id, id, topic, payload, expires_at, state, worker, lease_token,
                                      leased_until)
            values (TENANT, ID4, 'a', '{}', now(), 'running', 'w', ID4, now() + interval '1 h');
            """)
        #expect(try await book.read("select queue.expire_outbox()::text", as: db.engine) == ["1"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', state, last_error, finished_at is not null) from queue.outbox
                 where tenant_id = TENANT order by id
                """) == ["dead its time was over before it was delivered; boom t", "ready f", "ready f", "running f"])
    }

    @Test func `what a worker let go beyond its time is dead as well`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.outbox (tenant_id, id, topic, payload, expires_at, state, worker, lease_token,
                                      leased_until)
            values (TENANT, ID1, 'a', '{}', now(), 'running', 'w', ID1, now() - interval '1 s'),
                   (TENANT, ID2, 'a', '{}', now() + interval '1 h', 'running', 'w', ID1, now() - interval '1 s');
            """)
        #expect(try await book.read("select queue.expire_outbox()::text", as: db.engine) == ["1"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', state, substr(failures[1], 22), worker) from queue.outbox
                 where tenant_id = TENANT order by id
                """) == ["dead the lease of w ran out", "running w"])
    }

    @Test func `at most so many at once`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.outbox (tenant_id, topic, payload, expires_at)
            select TENANT, 'a', '{}', now() from generate_series(1, 3)
            """)
        #expect(try await book.read("select queue.expire_outbox(2)::text", as: db.engine) == ["2"])
        #expect(try await book.read("select queue.expire_outbox(2)::text", as: db.engine) == ["1"])
    }
}
