import Foundation
import Postgres
import TestSupport
import Testing

/// An operator of a test's own. Tests of one suite share a database: each makes its tenant and looks at nothing else.
struct Tenant: Sendable {
    let id: UUID
    let database: TestDatabase
}

extension TestDatabase {
    /// Makes a tenant with nothing in it.
    func tenant(id: UUID = UUID()) async throws -> Tenant {
        let slug = "t" + id.uuidString.lowercased()
        try await owner.run("insert into core.tenants (id, slug, name) values (\(id), \(slug), 'Test')")
        return Tenant(id: id, database: self)
    }
}

extension Tenant {
    /// Makes an account, with money paid in and a credit limit as far as the test asks for them.
    func account(
        balance: Amount = .zero, creditLimit: Amount = .zero, below parent: Account? = nil, id: UUID = UUID()
    ) async throws -> Account {
        let ban = String(id.uuidString.filter { $0 != "-" })
        try await database.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id)
            values (\(self.id), \(id), \(ban), 'Test', \(parent?.id))
            """)
        let account = Account(tenant: self, id: id)
        if balance != .zero { try await account.topUp(balance) }
        if creditLimit != .zero { try await account.setCreditLimit(creditLimit) }
        return account
    }

    /// Makes a reseller of an account.
    /// - Parameter plan: from when to when it is charged for the calls below it; `nil` for never.
    func makeReseller(_ account: Account, plan: String? = "now() - interval '1 hour', null") async throws {
        try await database.owner.run(
            "update accounts.accounts set kind = 'reseller' where tenant_id = \(id) and id = \(account.id)")
        guard let plan else { return }
        let planID = UUID()
        let name = "p" + planID.uuidString
        try await database.owner.run(
            "insert into billing.rate_plans (tenant_id, id, name) values (\(id), \(planID), \(name))")
        try await database.owner.run(
            """
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from, valid_to)
            values (\(id), \(account.id), \(planID), \(unescaped: plan))
            """)
    }

    /// What billing.check_ledger() finds wrong; empty is right.
    func ledgerFaults() async throws -> [String] {
        try await database.engine.run(
            """
            select f.account_id || ' ' || f.bucket || ': balance ' || f.balance || ', ledger ' || f.ledger
              from billing.check_ledger(\(id)) f order by 1
            """
        ).values(String.self)
    }

    /// How many postings there are, of all accounts or one.
    func postings(of account: Account? = nil) async throws -> Int? {
        try await database.owner.run(
            """
            select count(*) from billing.ledger
             where tenant_id = \(id) and (\(account?.id)::uuid is null or account_id = \(account?.id)::uuid)
            """
        ).value(Int.self)
    }

    /// The context of staff of the tenant, for a transaction as heddle_app or heddle_report.
    var staff: SQL { "select core.set_context(\(id), 'tenant', null, null)" }

    /// The context of people of some accounts.
    func people(of accounts: [UUID]) -> SQL { "select core.set_context(\(id), 'account', \(accounts), null)" }
}
