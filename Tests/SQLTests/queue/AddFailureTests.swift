import Postgres
import TestSupport
import Testing

/// queue.add_failure: why attempts failed, with their times.
@Suite(.database) struct AddFailureTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `each has its time in front, and is cut`() async throws {
        let book: Book = try await db.book()
        let failures = try await book.read(
            "select unnest(queue.add_failure('{first}', repeat('x', 600)))", as: db.engine)
        #expect(failures.count == 2 && failures[0] == "first" && failures[1].count == 521)
        #expect(failures[1].wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z x+/) != nil)
    }

    @Test func `of many the first are kept`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select cardinality(queue.add_failure(array_fill('x'::text, array[n]), 'y'))::text
                  from unnest(array[99, 100]) n order by n
                """, as: db.engine) == ["100", "100"])
    }
}
