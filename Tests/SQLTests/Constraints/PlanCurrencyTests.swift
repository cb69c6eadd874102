import Foundation
import Postgres
import TestSupport
import Testing

/// An account has plans in its own currency only: prices of another would be taken for its own.
@Suite(.database) struct PlanCurrencyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Case: CustomTestStringConvertible, Sendable {
        let account: String
        let plan: String
        let assigned: String
        let refusal: String?
        var testDescription: String { "account \(account), plan \(plan), assigned in \(assigned)" }
    }

    private func account(in currency: String) async throws -> (tenant: Tenant, id: UUID) {
        let (tenant, id) = (try await db.tenant(), UUID())
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, currency)
            values (\(tenant.id), \(id), \(String(id.uuidString.filter { $0 != "-" })), 'Test', \(currency))
            """)
        return (tenant, id)
    }

    private func assign(_ plan: String, to account: (tenant: Tenant, id: UUID), in currency: String) async throws {
        let id = UUID()
        _ = try await db.owner.run([
            """
            insert into billing.rate_plans (tenant_id, id, name, currency)
            values (\(account.tenant.id), \(id), \(id.uuidString), \(plan))
            """,
            """
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, currency)
            values (\(account.tenant.id), \(account.id), \(id), \(currency))
            """,
        ])
    }

    @Test(arguments: [
        Case(account: "USD", plan: "USD", assigned: "USD", refusal: nil),
        Case(account: "EUR", plan: "EUR", assigned: "EUR", refusal: nil),
        Case(account: "USD", plan: "EUR", assigned: "USD", refusal: "account_is_assigned_plan"),
        Case(account: "USD", plan: "EUR", assigned: "EUR", refusal: "plan_is_assigned_to_account"),
        Case(account: "EUR", plan: "EUR", assigned: "USD", refusal: "plan_is_assigned_to_account"),
    ])
    func `a plan in another currency cannot be assigned`(line: Case) async throws {
        let account = try await account(in: line.account)
        let refusal = try await Refusal.of { try await assign(line.plan, to: account, in: line.assigned) }
        #expect(refusal == line.refusal.map { Refusal("23503", $0) })
    }

    @Test func `a plan keeps its currency while an account has it`() async throws {
        let account = try await account(in: "EUR")
        try await assign("EUR", to: account, in: "EUR")
        let change: SQL = "update billing.rate_plans set currency = 'USD' where tenant_id = \(account.tenant.id)"
        #expect(
            try await Refusal.of { try await db.owner.run(change) } == Refusal("23503", "account_is_assigned_plan"))
        try await db.owner.run("delete from billing.account_rate_plan where tenant_id = \(account.tenant.id)")
        try await db.owner.run(change)
    }
}
