import Foundation
import Postgres
import TestSupport
import Testing

/// routing.call_policy: where an account may call. That the router says the same is for the random market.
@Suite(.database) struct CallPolicyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func add(_ tenant: Tenant, _ account: UUID?, _ prefix: String?, _ effect: String) async throws {
        try await db.owner.run(
            """
            insert into routing.destination_rules (tenant_id, account_id, prefix, effect, valid_from)
            values (\(tenant.id), \(account), \(prefix), \(effect), '2026-01-01')
            """)
    }

    private func verdict(_ account: Account, _ called: String, at time: String = "2026-06-01") async throws -> String? {
        try await db.app.run([
            account.tenant.staff,
            """
            select verdict from routing.call_policy(\(account.tenant.id), \(account.id), \(called),
                                                    \(time)::timestamptz)
            """,
        ]).last?.value(String.self) ?? nil
    }

    @Test(arguments: [
        ("+12125550100", "allowed"), ("+16045550100", "allowed"), ("+18005550100", "allowed"),
        ("+18765550100", "destination_not_allowed"), ("+19005550100", "destination_not_allowed"),
        ("+12129765550", "destination_not_allowed"), ("+442079460958", "destination_not_allowed"),
        ("+881612345678", "destination_not_allowed"),
    ])
    func `without a rule the US and Canada may be called, and nothing else`(
        called: String, expected: String
    ) async throws {
        #expect(try await verdict(db.tenant().account(), called) == expected)
    }

    @Test func `guarded numbers need a rule of their own, suspensions stop all, and dates hold`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await add(tenant, nil, nil, "allow")
        try await add(tenant, account.id, "447", "block")
        #expect(try await verdict(account, "+442079460958") == "allowed")
        #expect(try await verdict(account, "+447700900123") == "destination_not_allowed")
        #expect(try await verdict(account, "+442079460958", at: "2025-12-31") == "destination_not_allowed")
        #expect(try await verdict(account, "+881612345678") == "destination_not_allowed")
        try await add(tenant, nil, "881", "allow")
        #expect(try await verdict(account, "+881612345678") == "allowed")
        try await add(tenant, account.id, "4420", "suspend")
        #expect(try await verdict(account, "+442079460958") == "destination_suspended")
        try await add(tenant, nil, nil, "suspend_international")
        #expect(try await verdict(account, "+442079460958") == "international_suspended")
        #expect(try await verdict(account, "+12125550100") == "allowed")
        try await add(tenant, account.id, nil, "suspend")
        #expect(try await verdict(account, "+12125550100") == "calling_suspended")
    }

    @Test func `the limit of the account with the longest prefix is told`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let limits: [(UUID?, String?, Int)] = [(nil, nil, 10), (account.id, nil, 20), (account.id, "1212", 30)]
        for (id, prefix, seconds) in limits {
            try await db.owner.run(
                """
                insert into routing.call_limits (tenant_id, account_id, prefix, max_duration_s, valid_from)
                values (\(tenant.id), \(id), \(prefix), \(seconds)::integer, '2026-01-01')
                """)
        }
        for (called, seconds) in [("+12125550100", 30), ("+13105550100", 20)] {
            let told = try await db.engine.run(
                "select max_duration_s from routing.call_policy(\(tenant.id), \(account.id), \(called))"
            ).value(Int.self)
            #expect(told == seconds)
        }
    }
}
