import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.keep_terms: an account's own people do not change commercial terms.
@Suite(.database) struct KeepTermsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let refused = Refusal("42501", "terms_are_changed_by_staff")

    private func change(_ context: SQL, _ statement: SQL) async throws -> Refusal? {
        try await Refusal.of { _ = try await db.app.run([context, statement]) }
    }

    @Test(arguments: [
        "status = 'suspended'", "cps = 5", "channels = 5", "billing_mode = 'postpaid'", "kind = 'reseller'",
        "allows_loss = true",
    ])
    func `of an account`(assignment: String) async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant
        let statement: SQL =
            """
            update accounts.accounts set \(unescaped: assignment)
             where tenant_id = \(tenant.id) and id = \(account.id)
            """
        #expect(try await change(tenant.people(of: [account.id]), statement) == Self.refused)
        #expect(try await change(tenant.staff, statement) == nil)
        // What is said again is no change.
        #expect(try await change(tenant.people(of: [account.id]), statement) == nil)
    }

    @Test func `what is not commercial is theirs`() async throws {
        let account = try await db.tenant().account()
        let statement: SQL = "update accounts.accounts set name = 'Mine' where tenant_id = \(account.tenant.id)"
        #expect(try await change(account.tenant.people(of: [account.id]), statement) == nil)
    }

    @Test func `a trunk of their own has the defaults`() async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant
        func trunk(_ channels: String) -> SQL {
            """
            insert into routing.trunks (tenant_id, account_id, name, channels)
            values (\(tenant.id), \(account.id), \(UUID().uuidString), \(unescaped: channels))
            """
        }
        #expect(try await change(tenant.people(of: [account.id]), trunk("null")) == nil)
        #expect(try await change(tenant.people(of: [account.id]), trunk("9")) == Self.refused)
        #expect(try await change(tenant.staff, trunk("9")) == nil)
    }

    @Test func `a rate plan is given by staff, and seen by the account`() async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant
        let plan = UUID()
        try await db.owner.run(
            "insert into billing.rate_plans (tenant_id, id, name) values (\(tenant.id), \(plan), 'x')")
        let statement: SQL =
            """
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id)
            values (\(tenant.id), \(account.id), \(plan))
            """
        #expect(try await change(tenant.people(of: [account.id]), statement) == .rowPolicy)
        #expect(try await change(tenant.staff, statement) == nil)
        let seen = try await db.app.run([
            tenant.people(of: [account.id]), "select count(*) from billing.account_rate_plan",
        ]).last?.value(Int.self)
        #expect(seen == 1)
    }
}
