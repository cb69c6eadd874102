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

    @Test func `they are those of the list of currencies, and two where it says none`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select coalesce(string_agg(c.code, ' '), '') from ref.currencies c
                 where billing.minor_digits(c.code) <> coalesce(c.minor_units, 2)
                """
            ) == [""])
        #expect(
            try await book.read("select billing.minor_digits('XAU') || ' ' || billing.minor_digits('QQQ')") == ["2 2"])
    }
}
