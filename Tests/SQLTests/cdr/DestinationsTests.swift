import Postgres
import TestSupport
import Testing

/// cdr.destinations: the country of each prefix.
@Suite(.database) struct DestinationsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `each prefix has one country`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select prefix from cdr.destinations() group by prefix having count(*) > 1
                """
            ) == [])
        #expect(
            try await book.read(
                """
                select string_agg(concat_ws(' ', prefix, calling_code, country), ', ' order by prefix)
                  from cdr.destinations() where prefix in ('1212', '1876', '1416', '44', '353')
                """
            ) == ["1212 1 US, 1416 1 CA, 1876 1 JM, 353 353 IE, 44 44 GB"])
    }
}
