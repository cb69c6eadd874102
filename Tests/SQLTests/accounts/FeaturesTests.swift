import Foundation
import Postgres
import TestSupport
import Testing

/// accounts.features: what is set of features for an account, and whether each is on.
@Suite(.database) struct FeaturesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func set(_ flag: String, _ tenant: Tenant, _ account: Account? = nil, enabled: Bool) async throws {
        try await db.owner.run(
            """
            insert into accounts.feature_flags (tenant_id, account_id, flag, enabled)
            values (\(tenant.id), \(account?.id), \(flag), \(enabled))
            """)
    }

    /// The features as a context is told them: `beta on, gamma off`.
    private func told(_ context: SQL, _ tenant: Tenant, _ account: UUID?) async throws -> String? {
        try await db.app.run([
            context,
            """
            select coalesce(string_agg(f.flag || case when f.enabled then ' on' else ' off' end, ', '), '')
              from accounts.features(\(tenant.id), \(account)) f
            """,
        ]).last?.value(String.self)
    }

    @Test func `tells what is set for the account and for all, each once, by name`() async throws {
        let tenant = try await db.tenant()
        let (mine, other) = (try await tenant.account(), try await tenant.account())
        try await set("gamma", tenant, enabled: true)
        try await set("gamma", tenant, mine, enabled: false)
        try await set("beta", tenant, mine, enabled: true)
        try await set("delta", tenant, other, enabled: true)
        for context in [tenant.staff, tenant.people(of: [mine.id])] {
            #expect(try await told(context, tenant, mine.id) == "beta on, gamma off")
        }
        #expect(try await told(tenant.staff, tenant, nil) == "gamma on")
        #expect(try await told(tenant.staff, tenant, other.id) == "delta on, gamma on")
        // What is set for another account is not theirs to know.
        #expect(try await told(tenant.people(of: [mine.id]), tenant, other.id) == "gamma on")
    }

    @Test func `tells nothing of another tenant, nor without a context`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        try await set("beta", tenant, enabled: true)
        #expect(try await told(other.staff, tenant, nil) == "")
        #expect(try await told(other.staff, other, nil) == "")
        #expect(try await told("select 1", tenant, nil) == "")
        let asked = try await db.engine.run("select f.flag from accounts.features(\(tenant.id), null) f")
            .values(String.self)
        #expect(asked == ["beta"])
    }

    @Test func `says of each subject what accounts.feature_enabled says of it`() async throws {
        let tenant = try await db.tenant()
        try await set("beta", tenant, enabled: true)
        for percent in [0, 1, 50, 99, 100] {
            try await db.owner.run(
                """
                update accounts.feature_flags set rollout_percent = \(percent)::integer where tenant_id = \(tenant.id)
                """)
            let differences = try await db.engine.run(
                """
                select count(*)
                  from (select md5(n::text)::uuid as subject from generate_series(1, 200) n) s
                 cross join lateral accounts.features(\(tenant.id), null, s.subject) f
                 where f.enabled <> accounts.feature_enabled(\(tenant.id), null, 'beta', false, s.subject)
                """
            ).value(Int.self)
            #expect(differences == 0, "\(percent) %")
        }
    }
}
