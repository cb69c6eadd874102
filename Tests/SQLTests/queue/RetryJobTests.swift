import Postgres
import TestSupport
import Testing

/// queue.retry_job: a dead job begins anew.
@Suite(.database) struct RetryJobTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let jobs =
        """
        select concat_ws(' ', kind, state, attempts, last_error) from queue.jobs where tenant_id = TENANT order by id
        """

    @Test func `with all its attempts, unless another of its key waits`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', 'k')
            """, as: db.engine)
        try await book.run(
            """
            select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select queue.retry_job(j.tenant_id, j.id)::text from queue.jobs j where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["false"])
        try await book.run(
            """
            select queue.fail_job(j.tenant_id, j.id, j.lease_token, 'bad', true)::text from queue.jobs j
                where j.tenant_id = TENANT
            """, as: db.engine)
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', 'k')
            """, as: db.engine)
        #expect(
            try await book.refusal(
                """
                select queue.retry_job(j.tenant_id, j.id) from queue.jobs j where j.tenant_id = TENANT
                    and j.state = 'dead'
                """, as: db.engine
            ) == Refusal("23505", "job_is_queued_once"))
        try await book.run("delete from queue.jobs where tenant_id = TENANT and state = 'ready'")
        #expect(
            try await book.read(
                """
                select queue.retry_job(j.tenant_id, j.id)::text from queue.jobs j where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["true"])
        #expect(try await book.read(Self.jobs) == ["a.b ready 0 bad"])
    }
}
