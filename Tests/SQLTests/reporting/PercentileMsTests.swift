import Postgres
import TestSupport
import Testing

/// reporting.percentile_ms: percentiles from histograms.
@Suite(.database) struct PercentileMsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `spread evenly within a bucket`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select concat_ws(' ', reporting.percentile_ms('{0,100}', 0.5), reporting.percentile_ms('{0,100}',
                    0.95),
                                 reporting.percentile_ms('{50,50}', 0.5), reporting.percentile_ms('{1}', 1))
                """
            ) == ["120 138 100 100"])
    }

    @Test func `of an empty one there is none; beyond the last bound it is that bound`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select concat_ws(' ', coalesce(reporting.percentile_ms(array_fill(0::bigint, array[21]), 0.5)::text,
                    '-'),
                                 reporting.percentile_ms(array_fill(0::bigint, array[20]) || 5::bigint, 0.5))
                """
            ) == ["- 70000"])
    }
}
