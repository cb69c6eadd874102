import Postgres
import TestSupport
import Testing

/// cdr.pdd_bounds_ms: the buckets of histograms never change.
@Suite(.database) struct PddBoundsMsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `twenty of them, rising`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select concat_ws(' ', cardinality(b), b[1], b[20], b = array(select x from unnest(b) x order by x))
                  from cdr.pdd_bounds_ms() b
                """
            ) == ["20 100 70000 t"])
    }
}
