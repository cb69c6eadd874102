import Postgres
import TestSupport
import Testing

/// billing.minor_digits: decimals of amounts on documents.
@Suite(.database) struct MinorDigitsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `most have two, some none, a few three or four`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select string_agg(c || billing.minor_digits(c), ' ') from unnest(array['USD', 'EUR', 'JPY', 'KWD',
                    'CLF']) c
                """
            ) == ["USD2 EUR2 JPY0 KWD3 CLF4"])
    }
}
