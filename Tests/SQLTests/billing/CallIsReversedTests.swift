import Postgres
import TestSupport
import Testing

/// billing.call_is_reversed: what was taken back is not corrected, nor the other way round.
@Suite(.database) struct CallIsReversedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let reversal =
        """
        select billing.reverse_posting(TENANT, l.id, gen_random_uuid(), 'no audio')::text from billing.ledger l
          join cdr.enriched_cdr e on e.tenant_id = TENANT and e.id = l.source_id and e.started_at >= '2026-06-01'
         where l.tenant_id = TENANT and l.source = 'cdr'
        """

    private static let isReversed =
        """
        select billing.call_is_reversed(TENANT, e.id)::text from cdr.enriched_cdr e
         where e.tenant_id = TENANT order by e.started_at
        """

    private func makeBook() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.callsOfTwoCycles + Book.postCalls)
        try await book.run(Book.rerateRun + Book.rerateAll())
        return book
    }

    @Test func `a call that was taken back keeps its price`() async throws {
        let book = try await makeBook()
        try await book.run(Self.reversal)
        #expect(try await book.read(Self.isReversed, as: db.engine) == ["false", "false", "false", "true"])
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(
            try await book.rerated() == [
                "posted 0.20000002", "posted 0.20000002", "posted 0.20000002", "skipped 0.10000001 it was taken back",
            ])
        #expect(try await book.account.balance.available == "-0.60000006")
    }

    @Test func `a call whose price was made anew is not taken back by its old one`() async throws {
        let book = try await makeBook()
        try await book.run("select billing.post_rerate(TENANT, ID9)", as: db.engine)
        #expect(try await book.refusal(Self.reversal) == Refusal("23514", "rerated_call_is_not_reversed"))
        #expect(try await book.read(Self.isReversed, as: db.engine) == ["false", "false", "false", "false"])
        #expect(try await book.account.balance.available == "-0.80000008")
    }
}
