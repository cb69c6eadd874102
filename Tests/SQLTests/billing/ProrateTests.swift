import Postgres
import TestSupport
import Testing

/// billing.prorate: days used of days in the period.
@Suite(.database) struct ProrateTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a share of the price, rounded once`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select concat_ws(' ', billing.prorate(30, '2026-04-01', '2026-05-01', '2026-04-11', '2026-05-01'),
                                 billing.prorate(10, '2026-01-01', '2026-02-01', '2026-01-01', '2026-01-11'))
                """
            ) == ["20.00000000 3.22580645"])
    }

    @Test func `days outside of the period do not count, and none is nothing`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select concat_ws(' ', billing.prorate(31, '2026-01-01', '2026-02-01', '2025-12-01', '2026-03-01'),
                                 billing.prorate(31, '2026-01-01', '2026-02-01', '2026-02-01', '2026-03-01'))
                """
            ) == ["31.00000000 0.00000000"])
    }

    @Test func `the parts of a month whose clock was changed are its days`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select (billing.prorate(31, '2026-03-01', '2026-04-01', '2026-03-01', '2026-03-08')
                         + billing.prorate(31, '2026-03-01', '2026-04-01', '2026-03-08', '2026-04-01'))::text
                """
            ) == ["31.00000000"])
    }
}
