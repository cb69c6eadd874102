import Postgres
import TestSupport
import Testing

/// queue.fail_job: again after a while, or dead.
@Suite(.database) struct FailJobTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let jobs =
        """
        select concat_ws(' ', kind, state, attempts, last_error) from queue.jobs where tenant_id = TENANT order by id
        """

    @Test func `ready until the last attempt`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', null, null,
                100, now(), 2)
            """, as: db.engine)
        try await book.run(
            """
            select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select queue.fail_job(j.tenant_id, j.id, j.lease_token, 'boom', false)::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["ready"])
        #expect(
            try await book.read(
                """
                select (run_at > now() + interval '3 s')::text from queue.jobs where tenant_id = TENANT
                """
            ) == ["true"])
        try await book.run("update queue.jobs set run_at = now() where tenant_id = TENANT")
        try await book.run(
            """
            select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select queue.fail_job(j.tenant_id, j.id, j.lease_token, 'boom', false)::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["dead"])
        #expect(try await book.read(Self.jobs) == ["a.b dead 2 boom"])
    }

    @Test func `what can never be done is dead at once, and only for the one who has it`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}')
            """, as: db.engine)
        try await book.run(
            """
            select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select coalesce(queue.fail_job(j.tenant_id, j.id, gen_random_uuid(), 'x', true), '-')
                    from queue.jobs j where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["-"])
        #expect(
            try await book.read(
                """
                select queue.fail_job(j.tenant_id, j.id, j.lease_token, 'bad', true)::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["dead"])
        #expect(try await book.read(Self.jobs) == ["a.b dead 1 bad"])
    }
}
