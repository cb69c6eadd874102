import Postgres
import TestSupport
import Testing

/// billing.replaced_level: what a reseller was charged before is kept with the run.
@Suite(.database) struct ReplacedLevelTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `it has the names that a call has, and is nothing for one that was not charged`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.resoldCalls)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', r ->> 'sell_amount', r ->> 'sell_rate', r ->> 'sell_billed_s', r -> 'rating')
                  from billing.replaced_level(TENANT, '2026-05-05', md5(ID3::text)::uuid) r
                """, as: db.engine) == [#"0.04000001 0.04000000 60 {"sell": {}}"#])
        #expect(
            try await book.read("select billing.replaced_level(TENANT, '2026-05-05', ID9)::text", as: db.engine)
                == [#"{"sell_amount": 0}"#])
    }
}
