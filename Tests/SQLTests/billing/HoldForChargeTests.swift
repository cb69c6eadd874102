import Foundation
import Postgres
import TestSupport
import Testing

/// billing.hold_for_charge: what is charged next is held first.
@Suite(.database) struct HoldForChargeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Why it was not held.
    private func hold(_ amount: Amount, _ id: UUID, of account: Account, overdraws: Bool) async throws -> String? {
        try await db.owner.run(
            """
            select billing.hold_for_charge(\(account.tenant.id), \(account.id), \(id), \(amount), 'Conference',
                                           \(overdraws))
            """
        ).value(String?.self) ?? nil
    }

    @Test func `all of it or nothing, within limit and caps`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        #expect(try await hold("10.5", UUID(), of: account, overdraws: false) == "no_balance")
        let cap = try await tenant.cap("5", of: account)
        #expect(try await hold("5.5", UUID(), of: account, overdraws: false) == "spend_cap")
        #expect(try await account.balance == Balance(available: "10"))
        let id = UUID()
        #expect(try await hold("4", id, of: account, overdraws: false) == nil)
        #expect(try await account.balance == Balance(available: "6", held: "4"))
        #expect(try await account.holdState(id) == "open")
        #expect(try await tenant.counted(in: cap) == "4, 1 refused, reached")
        #expect(try await account.entryFaults() == [])
    }

    @Test func `what was delivered is held whatever is left, and counted once`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1")
        let (cap, home) = (
            try await tenant.cap("5", of: account), try await tenant.cap("5", of: account, prefix: "1", span: "hour")
        )
        #expect(try await hold("4", UUID(), of: account, overdraws: true) == nil)
        #expect(try await tenant.counted(in: cap) == "4, 0 refused")
        #expect(try await hold("1", UUID(), of: account, overdraws: true) == nil)
        #expect(try await tenant.counted(in: cap) == "5, 0 refused, reached")
        // It is no call to anywhere.
        #expect(try await tenant.counted(in: home) == "0, 0 refused")
        #expect(try await account.balance == Balance(available: "-4", held: "5", overdrawn: "4"))
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
    }
}
