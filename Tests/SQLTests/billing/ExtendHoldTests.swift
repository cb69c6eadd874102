import Foundation
import Postgres
import TestSupport
import Testing

/// billing.extend_hold: an open hold of no call lasts longer.
@Suite(.database) struct ExtendHoldTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func extend(_ hold: UUID?, _ tenant: Tenant, by time: String) async throws -> Bool {
        let statement: SQL =
            "select billing.extend_hold(\(tenant.id), \(hold), now() + \(time)::text::interval) is not null"
        return try await db.engine.run(statement).value(Bool.self) ?? false
    }

    @Test func `while it is open, and in a month`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account(balance: "10")
        let hold = try await account.holdMoney("3", "a")
        #expect(try await extend(hold.id, tenant, by: "2 days"))
        #expect(try await extend(hold.id, other, by: "2 days") == false)
        // It is not shortened.
        #expect(try await extend(hold.id, tenant, by: "1 minute"))
        let late = try await Refusal.of { _ = try await extend(hold.id, tenant, by: "32 days") }
        #expect(late == Refusal("23514", "hold_of_no_call_is_of_31_days_at_most"))
        let expired = "select billing.release_expired_holds(now() + interval '1 day')"
        #expect(try await db.engine.run(SQL(unescaped: expired)).value(Int.self) == 0)
        #expect(try await account.chargeHold(hold.id, "3").isNew)
        #expect(try await extend(hold.id, tenant, by: "1 day") == false)
        let routing = UUID()
        _ = try await account.hold("3", routing: routing)
        #expect(try await extend(routing, tenant, by: "1 day") == false)
    }
}
