import Postgres
import TestSupport
import Testing

/// queue.finish_request: keeps the answer, or gives the key free, for whoever has the lease.
@Suite(.database) struct FinishRequestTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Begins a request, a or b, under the same key.
    private func begin(_ book: Book, _ request: String = "a") async throws -> String {
        try await book.read(
            """
            select concat_ws(' ', outcome, response_status, response_body) from queue.begin_request(TENANT, ACCOUNT,
                ACCOUNT, 'POST /x', 'k', sha256('\(request)'))
            """, as: db.engine
        ).first ?? "-"
    }

    /// The lease that the key is under.
    private func lease(_ book: Book) async throws -> String {
        try await book.read("select lease_token::text from queue.idempotency_keys where tenant_id = TENANT").first
            ?? "-"
    }

    private func finish(_ book: Book, _ lease: String, _ status: String, _ body: String = "body") async throws -> String
    {
        try await book.read(
            """
            select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', '\(lease)', \(status), '{}', '\(body)')::text
            """, as: db.engine
        ).first ?? "-"
    }

    private func timeIsOver(_ book: Book) async throws {
        try await book.run(
            "update queue.idempotency_keys set locked_until = now() - interval '1 s' where tenant_id = TENANT")
    }

    @Test func `once`() async throws {
        let book: Book = try await db.book()
        #expect(try await finish(book, "00000000-0000-7000-8000-000000000001", "200") == "false")
        #expect(try await begin(book) == "new")
        let lease = try await lease(book)
        #expect(try await finish(book, lease, "200") == "true")
        #expect(try await finish(book, lease, "500") == "false")
        #expect(try await begin(book) == "replay 200 body")
    }

    @Test func `without a status the next may try`() async throws {
        let book: Book = try await db.book()
        #expect(try await begin(book) == "new")
        #expect(try await finish(book, lease(book), "null") == "true")
        #expect(try await begin(book, "b") == "new")
    }

    @Test func `who comes back after its lease was taken over changes nothing`() async throws {
        let book: Book = try await db.book()
        #expect(try await begin(book) == "new")
        let first = try await lease(book)
        try await timeIsOver(book)
        #expect(try await begin(book) == "new")
        let second = try await lease(book)
        #expect(first != second)
        #expect(try await finish(book, first, "200", "first") == "false")
        #expect(try await finish(book, first, "null") == "false")
        #expect(try await begin(book) == "running")
        #expect(try await finish(book, second, "201", "second") == "true")
        #expect(try await finish(book, first, "200", "first") == "false")
        #expect(try await begin(book) == "replay 201 second")
    }

    @Test func `who is late, and whom nobody followed, has its lease still`() async throws {
        let book: Book = try await db.book()
        #expect(try await begin(book) == "new")
        try await timeIsOver(book)
        #expect(try await finish(book, lease(book), "200") == "true")
        #expect(try await begin(book) == "replay 200 body")
    }
}
