import Postgres
import TestSupport
import Testing

/// billing.write_calls: postings of calls and the ends of their holds; the balances are the caller's.
@Suite(.database) struct WriteCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let write = """
        select concat_ws(' ', payers = array[ACCOUNT, ACCOUNT], available, held)
          from billing.write_calls(TENANT, array[ID1, ID2, ID3], array[ACCOUNT, ACCOUNT, ACCOUNT],
                                   array[ID1, null, null]::uuid[], array[1.5, 0.25, 0], null, array[ACCOUNT],
                                   array['USD'])
        """

    private func bookWithHold() async throws -> Book {
        let book = try await db.book()
        try await book.run("select billing.top_up(TENANT, ACCOUNT, ID9, 10, 'x')")
        try await book.run("select * from billing.place_hold(TENANT, ACCOUNT, ID1, 4, 4)")
        return book
    }

    @Test func `each call has its posting in the place of its hold, and nothing is written for nothing`() async throws {
        let book = try await bookWithHold()
        #expect(try await book.read(Self.write) == ["t {2.50000000,-0.25000000} {-4.00000000,0.00000000}"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', l.available, l.held, l.counter, l.counter_account, h.state)
                  from billing.ledger l
                  left join billing.holds h on h.tenant_id = l.tenant_id and h.cdr_id = l.source_id
                 where l.tenant_id = TENANT and l.source = 'cdr' order by l.counter
                """)
                == [
                    "-0.25000000 0.00000000 0.25000000 voice_revenue",
                    "2.50000000 -4.00000000 1.50000000 voice_revenue settled",
                ])
        #expect(try await book.account.balance == Balance(available: "6", held: "4"))
    }

    @Test func `what is posted already is neither written nor returned`() async throws {
        let book = try await bookWithHold()
        try await book.run(Self.write)
        #expect(try await book.read(Self.write) == [""])
        #expect(try await book.tenant.postings() == 4)
    }

    @Test func `only functions that move the balances may call it`() async throws {
        let book = try await db.book()
        #expect(try await book.refusal(Self.write, as: db.engine) == Refusal("42501"))
    }
}
