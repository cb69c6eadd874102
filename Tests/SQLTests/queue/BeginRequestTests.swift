import Postgres
import TestSupport
import Testing

/// queue.begin_request: new, running, replay or mismatch.
@Suite(.database) struct BeginRequestTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let first =
        """
        select concat_ws(' ', outcome, response_status, response_body) from queue.begin_request(TENANT, ACCOUNT,
            ACCOUNT, 'POST /x', 'k', sha256('a'))
        """

    private static let other =
        """
        select concat_ws(' ', outcome, response_status, response_body) from queue.begin_request(TENANT, ACCOUNT,
            ACCOUNT, 'POST /x', 'k', sha256('b'))
        """

    @Test func `the first is new, then it runs, then it is replayed`() async throws {
        let book: Book = try await db.book()
        #expect(try await book.read(Self.first, as: db.engine) == ["new"])
        #expect(try await book.read(Self.first, as: db.engine) == ["running"])
        #expect(try await book.read(Self.other, as: db.engine) == ["mismatch"])
        try await book.run(
            """
            select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', lease_token, 201, '{}', 'body')::text
              from queue.idempotency_keys where tenant_id = TENANT
            """, as: db.engine)
        #expect(try await book.read(Self.first, as: db.engine) == ["replay 201 body"])
        #expect(try await book.read(Self.other, as: db.engine) == ["mismatch"])
    }

    @Test func `nobody gets another's answer`() async throws {
        let book: Book = try await db.book()
        #expect(try await book.read(Self.first, as: db.engine) == ["new"])
        try await book.run(
            """
            select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', lease_token, 201, '{}', 'body')::text
              from queue.idempotency_keys where tenant_id = TENANT
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', outcome, response_status, response_body) from queue.begin_request(TENANT,
                    ACCOUNT, ID1, 'POST /x', 'k', sha256('a'))
                """, as: db.engine
            ) == ["new"])
    }

    @Test func `one that was given up is taken over, one that expired is new`() async throws {
        let book: Book = try await db.book()
        #expect(try await book.read(Self.first, as: db.engine) == ["new"])
        try await book.run(
            """
            update queue.idempotency_keys set locked_until = now() - interval '1 s' where tenant_id = TENANT
            """)
        #expect(try await book.read(Self.first, as: db.engine) == ["new"])
        try await book.run(
            """
            select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', lease_token, 201, '{}', 'body')::text
              from queue.idempotency_keys where tenant_id = TENANT
            """, as: db.engine)
        try await book.run(
            """
            update queue.idempotency_keys set expires_at = now() - interval '1 s' where tenant_id = TENANT
            """)
        #expect(try await book.read(Self.other, as: db.engine) == ["new"])
    }

    @Test func `a lease and a time that make no sense are refused`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select queue.begin_request(TENANT, null, ID1, 'x', 'k', sha256('a'), 0, 60)
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select queue.begin_request(TENANT, null, ID1, 'x', 'k', sha256('a'), 60, 59)
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select queue.begin_request(TENANT, null, ID1, 'x', 'k', 'short')
                """, as: db.engine
            ) == Refusal("23514", "request_digest_is_32_bytes"))
    }

    @Test func `of many at once one is new`() async throws {
        let book: Book = try await db.book()
        let outcomes: [String] = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<20 { group.addTask { try await book.read(Self.first, as: db.engine) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count { $0 == "new" } == 1)
        #expect(outcomes.count { $0 == "running" } == 19)
    }
}
