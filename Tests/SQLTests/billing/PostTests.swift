import Foundation
import Postgres
import TestSupport
import Testing

/// billing.post: the one place where a single account's money changes. Nobody but its owner may call it.
@Suite(.database) struct PostTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func post(
        _ account: Account, _ source: String = "payment", id: UUID = UUID(), available: Amount, held: Amount = "0",
        counter: String? = "payments", as client: Database? = nil
    ) async throws -> Bool? {
        try await (client ?? db.owner).run(
            """
            select billing.post(\(account.tenant.id), \(account.id), \(source), \(id), \(available), \(held),
                                \(counter), null)
            """
        ).value(Bool.self)
    }

    @Test func `writes the ledger and the balance together, once for each source`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let id = UUID()
        #expect(try await post(account, id: id, available: "5") == true)
        #expect(try await post(account, id: id, available: "5") == false)
        #expect(try await post(account, id: id, available: "7") == false)
        // The same id from another source is something else.
        #expect(try await post(account, "adjustment", id: id, available: "1", counter: "adjustments") == true)
        #expect(try await account.balance == Balance(available: "6"))
        #expect(try await tenant.postings() == 2)
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `the four amounts of a posting sum to zero`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        _ = try await account.hold("2", routing: routing)
        try await tenant.post([RatedCall(account: account, routing: routing, amount: "1.5")])
        let rows = try await db.owner.run(
            """
            select source, available, held, counter, coalesce(counter_account, '')
              from billing.ledger where tenant_id = \(tenant.id) order by posted_at
            """
        ).decode(String.self, Amount.self, Amount.self, Amount.self, String.self)
        #expect(
            rows.map { "\($0.0) \($0.1) \($0.2) \($0.3) \($0.4)" } == [
                "payment 10.00000000 0.00000000 -10.00000000 payments",
                "hold -2.00000000 2.00000000 0.00000000 ",
                "cdr 0.50000000 -2.00000000 1.50000000 voice_revenue",
            ])
    }

    @Test func `money that enters or leaves names its counter account`() async throws {
        let account = try await db.tenant().account()
        #expect(
            try await Refusal.of { _ = try await post(account, available: "5", counter: nil) }
                == Refusal("23514", "counter_account_is_named_when_it_moves"))
    }

    @Test func `more than is held cannot be given back`() async throws {
        let account = try await db.tenant().account(balance: "5")
        #expect(
            try await Refusal.of { _ = try await post(account, available: "1", held: "-1", counter: nil) }
                == Refusal("23514", "held_not_below_zero"))
    }

    @Test func `the engine and the API may not call it`() async throws {
        let account = try await db.tenant().account()
        for client in [db.engine, db.app] {
            #expect(try await Refusal.of { _ = try await post(account, available: "5", as: client) } == .notPermitted)
        }
    }
}
