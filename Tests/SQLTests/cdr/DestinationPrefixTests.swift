import Postgres
import TestSupport
import Testing

/// cdr.destination_prefix: what tells the country of a number.
@Suite(.database) struct DestinationPrefixTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `country codes of one, two and three digits, and area codes`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select string_agg(coalesce(cdr.destination_prefix(n), '-'), ' ')
                  from unnest(array['+12125550100', '+18765550100', '+442079460958', '+74951234567', '+77011234567',
                      '+35312345678',
                                    '+97312345678', null]) n
                """
            ) == ["1212 1876 44 7 7 353 973 -"])
    }
}
