import Postgres
import TestSupport
import Testing

/// queue.backoff: doubled with each attempt.
@Suite(.database) struct BackoffTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `an hour at most, give or take a quarter`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select bool_and(queue.backoff(5, n) between make_interval(secs => least(3600, 5 * 2 ^ (n - 1)) * 0.75)
                                                     and make_interval(secs => least(3600,
                                                         5 * 2 ^ (n - 1)) * 1.25))::text
                  from generate_series(1, 40) n
                """
            ) == ["true"])
    }
}
