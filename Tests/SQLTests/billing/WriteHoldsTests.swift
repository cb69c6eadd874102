import Postgres
import TestSupport
import Testing

/// billing.write_holds: holds with their postings, each once; the balances are the caller's.
@Suite(.database) struct WriteHoldsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let write = """
        select ids = array[ID1, ID3] and payers = array[ACCOUNT, ACCOUNT] and amounts = array[1.5, 0.25]
          from billing.write_holds(TENANT, array[ID1, ID2, ID3], array[ACCOUNT, ACCOUNT, ACCOUNT],
                                   array[1.5, 0, 0.25], array[ACCOUNT], array['USD'])
        """

    @Test func `each hold has its posting, and nothing is written for nothing`() async throws {
        let book = try await db.book()
        #expect(try await book.read("select (\(Self.write))::text") == ["true"])
        #expect(
            try await book.read(
                """
                select h.amount || ' ' || h.state || ' ' || l.available || ' ' || l.held || ' ' || l.currency
                  from billing.holds h
                  join billing.ledger l on l.tenant_id = h.tenant_id and l.source = 'hold' and l.source_id = h.id
                   and l.id = h.id and l.account_id = h.account_id
                 where h.tenant_id = TENANT order by h.amount desc
                """) == ["1.50000000 open -1.50000000 1.50000000 USD", "0.25000000 open -0.25000000 0.25000000 USD"])
        #expect(try await book.account.balance == Balance())
    }

    @Test func `what is there already is neither written nor returned`() async throws {
        let book = try await db.book()
        try await book.run(Self.write)
        #expect(
            try await book.read(
                """
                select coalesce(ids::text, 'none') || ' ' || coalesce(amounts::text, 'none')
                  from billing.write_holds(TENANT, array[ID1], array[ACCOUNT], array[7], array[ACCOUNT], array['USD'])
                """) == ["none none"])
        #expect(try await book.tenant.postings() == 2)
    }

    @Test func `only functions that move the balances may call it`() async throws {
        let book = try await db.book()
        #expect(try await book.refusal(Self.write, as: db.engine) == Refusal("42501"))
    }
}
