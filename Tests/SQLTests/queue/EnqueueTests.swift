import Postgres
import TestSupport
import Testing

/// queue.enqueue: asks for work, once for a key.
@Suite(.database) struct EnqueueTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let jobs =
        """
        select concat_ws(' ', kind, state, attempts, last_error) from queue.jobs where tenant_id = TENANT order by id
        """

    @Test func `of one key one waits or runs, and another after it is done`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', 'k')
            """, as: db.engine)
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', 'k')
            """, as: db.engine)
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'c.d', '{}')
            """, as: db.engine)
        #expect(try await book.read(Self.jobs) == ["a.b ready 0", "c.d ready 0"])
        try await book.run(
            """
            select queue.complete_job(c.tenant_id, c.id, c.lease_token, null)
                from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 1, 60) c
            """, as: db.engine)
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', 'k')
            """, as: db.engine)
        #expect(
            try await book.read("select count(*)::text from queue.jobs where tenant_id = TENANT") == ["3"])
    }

    @Test func `who asks gets the id of the one that is there`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', 'k')
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select (queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}',
                    'k') = j.id)::text from queue.jobs j where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["true"])
    }

    @Test func `a queue has a bound`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.jobs (tenant_id, queue, kind)
            select TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b' from generate_series(1, 10000)
            """)
        #expect(
            try await book.refusal(
                """
                select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}')
                """, as: db.engine
            ) == Refusal("54000", "queue_is_not_full"))
    }

    @Test func `an account asks for itself alone`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select core.set_context(TENANT, 'account', array[ACCOUNT], null); select queue.enqueue(TENANT, 'mail',
                'a.b', '{}', 'k', ACCOUNT)
            """, as: db.app)
        #expect(
            try await book.refusal(
                """
                select core.set_context(TENANT, 'account', array[ACCOUNT], null); select queue.enqueue(TENANT,
                    'mail', 'a.b', '{}')
                """, as: db.app
            ) == .rowPolicy)
        #expect(
            try await book.refusal(
                """
                select core.set_context(TENANT, 'tenant', null, null); select queue.enqueue(ID1, 'mail', 'a.b', '{}')
                """, as: db.app
            ) == .rowPolicy)
    }
}
