import Postgres
import TestSupport
import Testing

/// queue.cancel_job: what no worker has is cancelled.
@Suite(.database) struct CancelJobTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let jobs =
        """
        select concat_ws(' ', kind, state, attempts, last_error) from queue.jobs where tenant_id = TENANT order by id
        """

    @Test func `and nothing else`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}')
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select queue.cancel_job(j.tenant_id, j.id)::text from queue.jobs j where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select queue.cancel_job(j.tenant_id, j.id)::text from queue.jobs j where j.tenant_id = TENANT
                """, as: db.engine
            ) == ["false"])
        #expect(try await book.read(Self.jobs) == ["a.b cancelled 0"])
        #expect(
            try await book.read(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
                """, as: db.engine
            ) == [])
    }
}
