import Postgres
import TestSupport
import Testing

/// queue.complete_job: what is done is done once.
@Suite(.database) struct CompleteJobTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let jobs =
        """
        select concat_ws(' ', kind, state, attempts, last_error) from queue.jobs where tenant_id = TENANT order by id
        """

    @Test func `by the one who has it`() async throws {
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
                select queue.complete_job(j.tenant_id, j.id, gen_random_uuid(), null)::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["false"])
        #expect(
            try await book.read(
                """
                select queue.complete_job(j.tenant_id, j.id, j.lease_token, '{"sent": 1}')::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select queue.complete_job(j.tenant_id, j.id, j.lease_token, null)::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["false"])
        #expect(try await book.read(Self.jobs) == ["a.b done 1"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', result ->> 'sent', finished_at is not null, worker is null) from queue.jobs
                    where tenant_id = TENANT
                """
            ) == ["1 t t"])
    }
}
