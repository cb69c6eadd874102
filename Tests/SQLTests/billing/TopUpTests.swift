import Foundation
import Postgres
import TestSupport
import Testing

/// billing.top_up: a payment received.
@Suite(.database) struct TopUpTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a payment posts once, also when it comes again or with another amount`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let payment = UUID()
        #expect(try await account.topUp("25", payment: payment) == true)
        #expect(try await account.topUp("25", payment: payment) == false)
        #expect(try await account.topUp("30", payment: payment) == false)
        #expect(try await account.topUp("0.00000001") == true)
        #expect(try await account.balance == Balance(available: "25.00000001"))
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `a payment that many report at once posts once`() async throws {
        let account = try await db.tenant().account()
        let payment = UUID()
        let posted = try await withThrowingTaskGroup(of: Bool?.self) { group in
            for _ in 0..<20 { group.addTask { try await account.topUp("1", payment: payment) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(posted.count { $0 == true } == 1)
        #expect(try await account.balance == Balance(available: "1"))
    }

    @Test(arguments: ["0", "-1", "null", "0.000000004"])
    func `what is not above zero is no payment`(amount: String) async throws {
        let account = try await db.tenant().account()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                select billing.top_up(\(account.tenant.id), \(account.id), \(UUID()), \(unescaped: amount)::numeric, '')
                """)
        }
        #expect(refusal == Refusal("23514", "payment_above_zero"))
        #expect(try await account.tenant.postings() == 0)
    }

    @Test func `an account of another tenant is not there`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account()
        #expect(
            try await Refusal.of { try await Account(tenant: other, id: account.id).topUp("1") } == Refusal("23503"))
        #expect(try await account.balance == Balance())
    }
}
