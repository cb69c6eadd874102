import Postgres
import TestSupport
import Testing

/// queue.extend_lease: more time, for the one who has it.
@Suite(.database) struct ExtendLeaseTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `from now on, and not for one who had it`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}')
            """, as: db.engine)
        try await book.run(
            """
            select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 1, 1)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select queue.extend_lease(j.tenant_id, j.id, j.lease_token, 600)::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select (leased_until > now() + interval '9 minutes')::text from queue.jobs where tenant_id = TENANT
                """
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select queue.extend_lease(j.tenant_id, j.id, gen_random_uuid(), 600)::text from queue.jobs j
                    where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["false"])
    }
}
