import Postgres
import TestSupport
import Testing

/// queue.finish_request: keeps the answer, or gives the key free.
@Suite(.database) struct FinishRequestTests {
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

    @Test func `once`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', 200, '{}', 'body')::text
                """, as: db.engine
            ) == ["false"])
        #expect(try await book.read(Self.first, as: db.engine) == ["new"])
        #expect(
            try await book.read(
                """
                select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', 200, '{}', 'body')::text
                """, as: db.engine
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', 500, '{}', 'body')::text
                """, as: db.engine
            ) == ["false"])
        #expect(try await book.read(Self.first, as: db.engine) == ["replay 200 body"])
    }

    @Test func `without a status the next may try`() async throws {
        let book: Book = try await db.book()
        #expect(try await book.read(Self.first, as: db.engine) == ["new"])
        #expect(
            try await book.read(
                """
                select queue.finish_request(TENANT, ACCOUNT, 'POST /x', 'k', null, '{}', 'body')::text
                """, as: db.engine
            ) == ["true"])
        #expect(try await book.read(Self.other, as: db.engine) == ["new"])
    }
}
