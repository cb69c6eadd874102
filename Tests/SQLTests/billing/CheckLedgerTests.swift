import Foundation
import Postgres
import TestSupport
import Testing

/// billing.check_ledger: finds money that is in one place and not in the other.
@Suite(.database) struct CheckLedgerTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What nobody but the owner can do, and what the check says to it.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let statement: String
        let finds: [String]

        var testDescription: String { statement }
    }

    @Test(arguments: [
        Tampering(
            statement: "update billing.account_balance set available = available + 1",
            finds: ["available: balance 9.00000000, ledger 8.00000000"]),
        Tampering(
            statement: "update billing.account_balance set pending = 0.5",
            finds: ["pending: balance 0.50000000, ledger 0.00000000"]),
        Tampering(
            statement: "update billing.account_balance set held = held + 1",
            finds: [
                "held: balance 3.00000000, ledger 2.00000000",
                "open_holds: balance 3.00000000, ledger 2.00000000",
            ]),
        Tampering(
            statement: "update billing.holds set amount = 1.5",
            finds: ["open_holds: balance 2.00000000, ledger 1.50000000"]),
        Tampering(
            statement: "update billing.holds set state = 'released', ended_at = now()",
            finds: ["open_holds: balance 2.00000000, ledger 0"]),
        Tampering(
            statement: "delete from billing.account_balance",
            finds: [
                "available: balance 0, ledger 8.00000000", "held: balance 0, ledger 2.00000000",
                "open_holds: balance 0, ledger 2.00000000",
            ]),
    ])
    func `each bucket that differs is named`(tampering: Tampering) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        _ = try await account.hold("2")
        #expect(try await tenant.ledgerFaults() == [])
        try await db.owner.run("\(unescaped: tampering.statement) where tenant_id = \(tenant.id)")
        #expect(
            try await tenant.ledgerFaults() == tampering.finds.map { "\(account.id.uuidString.lowercased()) \($0)" })
    }

    @Test func `looks at one tenant only`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        _ = try await tenant.account(balance: "10")
        _ = try await other.account(balance: "10")
        try await db.owner.run("update billing.account_balance set available = 1 where tenant_id = \(other.id)")
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await other.ledgerFaults().count == 1)
    }
}
