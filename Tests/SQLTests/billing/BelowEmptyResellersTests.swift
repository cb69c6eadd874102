import Foundation
import Postgres
import TestSupport
import Testing

/// billing.below_empty_resellers: whose calls a reseller cannot pay for.
@Suite(.database) struct BelowEmptyResellersTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable {
        let name: String
        var paidIn: Amount = "0"
        var spent: Amount = "0"
        var creditLimit: Amount = "0"
        var plan: String? = "now() - interval '1 hour', null"
        var isReseller = true
        let isFound: Bool
    }

    static let rows = [
        Row(name: "nothing left", isFound: true),
        Row(name: "below its limit", spent: "5.00000001", creditLimit: "5", isFound: true),
        Row(name: "down to its limit", spent: "5", creditLimit: "5", isFound: true),
        Row(name: "something left", paidIn: "0.00000001", isFound: false),
        Row(name: "credit left", spent: "4.99999999", creditLimit: "5", isFound: false),
        Row(name: "charged nothing", plan: nil, isFound: false),
        Row(
            name: "charged nothing any more", plan: "now() - interval '2 hours', now() - interval '1 hour'",
            isFound: false),
        Row(name: "charged nothing yet", plan: "now() + interval '1 hour', null", isFound: false),
        Row(name: "not a reseller", isReseller: false, isFound: false),
    ]

    @Test(arguments: rows) func `a reseller that is charged and has nothing left`(row: Row) async throws {
        let tenant = try await db.tenant()
        let top = try await tenant.account(balance: row.paidIn, creditLimit: row.creditLimit)
        if row.spent != .zero { try await top.spend(row.spent) }
        let middle = try await tenant.account(balance: "1", below: top)
        let account = try await tenant.account(balance: "1", below: middle)
        let aside = try await tenant.account(balance: "1")
        if row.isReseller { try await tenant.makeReseller(top, plan: row.plan) }
        let asked = [top.id, account.id, aside.id]
        let found = try await db.owner.run(
            "select unnest(billing.below_empty_resellers(\(tenant.id), \(asked)))"
        ).values(UUID.self)
        #expect(found == (row.isFound ? [account.id] : []), "\(row.name)")
    }

    @Test func `whoever serves calls asks through the holds alone`() async throws {
        let refusal = try await Refusal.of {
            try await db.app.run("select billing.below_empty_resellers(\(UUID()), \([UUID()]))")
        }
        #expect(refusal == .notPermitted)
    }
}
