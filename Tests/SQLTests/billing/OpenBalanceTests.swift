import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger billing.open_balance: every account has a balance from its first moment.
@Suite(.database) struct OpenBalanceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a new account has nothing, in its own currency`() async throws {
        let tenant = try await db.tenant()
        let id = UUID()
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, currency)
            values (\(tenant.id), \(id), 'B-1', 'Test', 'EUR')
            """)
        let currency = try await db.owner.run(
            "select currency from billing.account_balance where tenant_id = \(tenant.id) and account_id = \(id)"
        ).decode(String.self)
        #expect(currency == ["EUR"])
        #expect(try await Account(tenant: tenant, id: id).balance == Balance())
    }

    @Test func `the API, which may not write balances, opens one too`() async throws {
        let tenant = try await db.tenant()
        let id = UUID()
        try await db.app.transaction(context: tenant.staff) { session in
            try await session.run(
                "insert into accounts.accounts (tenant_id, id, ban, name) values (\(tenant.id), \(id), 'B-2', 'Test')")
        }
        #expect(try await Account(tenant: tenant, id: id).balance == Balance())
    }
}
