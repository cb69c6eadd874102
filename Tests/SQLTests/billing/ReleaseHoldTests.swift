import Foundation
import Postgres
import TestSupport
import Testing

/// billing.release_hold: the money of a call that was not made comes back.
@Suite(.database) struct ReleaseHoldTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `gives the whole hold back, once`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        _ = try await account.hold("3", routing: routing)

        #expect(try await tenant.release(routing) == "3")
        #expect(try await account.balance == Balance(available: "10"))
        #expect(try await account.holdState(routing) == "released")

        #expect(try await tenant.release(routing) == nil)
        #expect(try await account.balance == Balance(available: "10"))
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `keeps the reason`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        _ = try await account.hold("3", routing: routing)
        _ = try await tenant.release(routing)
        let reason = try await db.owner.run(
            "select release_reason from billing.holds where tenant_id = \(tenant.id) and id = \(routing)"
        ).value(String.self)
        #expect(reason == "test")
    }

    @Test func `finds no hold that is settled, unknown or another tenant's`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account(balance: "10")
        let (settled, open) = (UUID(), UUID())
        _ = try await account.hold("3", routing: settled)
        try await tenant.post([RatedCall(account: account, routing: settled, amount: "1")])
        _ = try await account.hold("2", routing: open)

        #expect(try await tenant.release(settled) == nil)
        #expect(try await tenant.release(UUID()) == nil)
        #expect(try await other.release(open) == nil)
        #expect(try await account.balance == Balance(available: "7", held: "2"))
    }

    @Test func `many at once release it once`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        _ = try await account.hold("3", routing: routing)
        let released = try await withThrowingTaskGroup(of: Amount?.self) { group in
            for _ in 0..<20 { group.addTask { try await tenant.release(routing) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(released.compactMap(\.self) == ["3"])
        #expect(try await account.balance == Balance(available: "10"))
    }

    /// The reconciler and the pipeline may come to one call at the same moment: whoever is first, the sum is the same.
    @Test(arguments: [false, true]) func `a release and the call's debit at once end with the debit alone`(
        isCapped: Bool
    ) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        if isCapped { try await tenant.cap("1000", of: account) }
        let routings = (0..<20).map { _ in UUID() }
        for routing in routings { _ = try await account.hold("3", routing: routing) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for routing in routings {
                group.addTask { _ = try await tenant.release(routing) }
                group.addTask { try await tenant.post([RatedCall(account: account, routing: routing, amount: "1")]) }
            }
            try await group.waitForAll()
        }
        #expect(try await account.balance == Balance(available: "80"))
        #expect(try await tenant.ledgerFaults() == [])
    }
}
