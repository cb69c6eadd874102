import Foundation
import Postgres
import TestSupport
import Testing

/// accounts.feature_enabled: account over tenant over default, and the same answer each time.
@Suite(.database) struct FeatureEnabledTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func set(
        _ tenant: Tenant, _ account: Account? = nil, enabled: Bool, percent: Int = 100
    ) async throws {
        try await db.owner.run(
            """
            insert into accounts.feature_flags (tenant_id, account_id, flag, enabled, rollout_percent)
            values (\(tenant.id), \(account?.id), 'new_router', \(enabled), \(percent)::integer)
            on conflict (tenant_id, flag, account_id)
               do update set enabled = excluded.enabled, rollout_percent = excluded.rollout_percent
            """)
    }

    private func asked(
        _ tenant: Tenant, _ account: UUID?, default fallback: Bool = false
    ) async throws -> Bool? {
        try await db.engine.run(
            "select accounts.feature_enabled(\(tenant.id), \(account), 'new_router', \(fallback))"
        ).value(Bool.self)
    }

    @Test func `the account's row decides, then the tenant's, then the default`() async throws {
        let tenant = try await db.tenant()
        let (first, second) = (try await tenant.account(), try await tenant.account())
        #expect(try await asked(tenant, first.id) == false)
        #expect(try await asked(tenant, first.id, default: true) == true)
        try await set(tenant, enabled: true)
        #expect(try await asked(tenant, first.id) == true)
        #expect(try await asked(tenant, nil) == true)
        try await set(tenant, first, enabled: false)
        #expect(try await asked(tenant, first.id, default: true) == false)
        #expect(try await asked(tenant, second.id) == true)
        // Nothing of one tenant holds in another.
        #expect(try await asked(try await db.tenant(), first.id) == false)
    }

    @Test func `a rollout takes the same ones each time, about as many as it says, and drops nobody`() async throws {
        let tenant = try await db.tenant()
        var before: Set<UUID> = []
        for percent in [0, 1, 30, 60, 100] {
            try await set(tenant, enabled: true, percent: percent)
            let chosen = try await db.engine.run(
                """
                select s from (select md5(n::text)::uuid as s from generate_series(1, 1000) n) subjects
                 where accounts.feature_enabled(\(tenant.id), null, 'new_router', false, s)
                """
            ).decode(UUID.self)
            #expect(abs(chosen.count - percent * 10) <= 60, "\(percent) %")
            #expect(before.isSubset(of: chosen), "\(percent) %")
            before = Set(chosen)
        }
        #expect(before.count == 1000)
        try await set(tenant, enabled: true, percent: 0)
        #expect(try await asked(tenant, nil, default: true) == false)
    }

    @Test func `people of an account are bound by flags that they do not see`() async throws {
        let tenant = try await db.tenant()
        let (mine, other) = (try await tenant.account(), try await tenant.account())
        try await set(tenant, enabled: true)
        try await set(tenant, mine, enabled: false)
        try await set(tenant, other, enabled: false)
        let answers = try await db.app.run([
            tenant.people(of: [mine.id]),
            "select accounts.feature_enabled(\(tenant.id), \(mine.id), 'new_router', true)",
            // What is set for another account is not theirs to know.
            "select accounts.feature_enabled(\(tenant.id), \(other.id), 'new_router', false)",
            "select count(*) from accounts.feature_flags",
        ])
        #expect(try answers[1].value(Bool.self) == false)
        #expect(try answers[2].value(Bool.self) == true)
        #expect(try answers[3].value(Int.self) == 0)
    }

    @Test func `the API learns nothing of another tenant, nor without a context`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        try await set(tenant, enabled: true)
        let question: SQL = "select accounts.feature_enabled(\(tenant.id), null, 'new_router', false)"
        #expect(try await db.app.run([other.staff, question]).last?.value(Bool.self) == false)
        #expect(try await db.app.run(question).value(Bool.self) == false)
        #expect(try await db.app.run([tenant.staff, question]).last?.value(Bool.self) == true)
    }

    @Test func `a flag is set once for the tenant and once for an account`() async throws {
        let tenant = try await db.tenant()
        try await set(tenant, enabled: true)
        let refusal = try await Refusal.of {
            try await db.owner.run(
                "insert into accounts.feature_flags (tenant_id, flag) values (\(tenant.id), 'new_router')")
        }
        #expect(refusal == Refusal("23505", "feature_flag_is_set_once"))
    }
}
