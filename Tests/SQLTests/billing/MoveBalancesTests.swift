import Postgres
import TestSupport
import Testing

/// billing.move_balances: many balances at once, each by its sum.
@Suite(.database) struct MoveBalancesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static func move(_ available: String, _ held: String, _ mayOverdraw: Bool) -> String {
        """
        select billing.move_balances(TENANT, array[ACCOUNT, ACCOUNT], array[\(available)], array[\(held)],
                                     \(mayOverdraw))
        """
    }

    @Test func `an account that is named twice moves by both`() async throws {
        let book = try await db.book()
        let other = try await book.tenant.account(balance: "3")
        try await book.run(Self.move("5, -1", "0, 1", false))
        #expect(try await book.account.balance == Balance(available: "4", held: "1"))
        #expect(try await other.balance == Balance(available: "3"))
    }

    @Test func `below the limit only where it may`() async throws {
        let book = try await db.book()
        #expect(
            try await book.refusal(Self.move("-1, 0", "0, 0", false))
                == Refusal("23514", "balance_not_below_credit_limit"))
        try await book.run(Self.move("-1, -2", "0, 0", true))
        #expect(try await book.account.balance == Balance(available: "-3", overdrawn: "3"))
        try await book.run(Self.move("1, 0", "0, 0", false))
        #expect(try await book.account.balance == Balance(available: "-2", overdrawn: "2"))
    }
}
