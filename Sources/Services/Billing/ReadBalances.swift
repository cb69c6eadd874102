package import Foundation
package import Postgres
package import Telecom

/// What an account has.
package struct Balance: Sendable {
    package let accountID: UUID
    package let ban: String
    package let name: String
    package let status: String
    package let currency: String
    package let available: MoneySum
    package let pending: MoneySum
    package let held: MoneySum
    package let creditLimit: MoneySum
}

/// Reads the balances of a tenant, of all accounts or of those that a text names.
package struct ReadBalances: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Parameter search: an account's BAN, id, or a part of its name; `nil` for all.
    package func callAsFunction(search: String? = nil) async throws -> [Balance] {
        let rows = try await database.run(
            """
            select b.account_id, a.ban, a.name, a.status, a.currency, b.available, b.pending, b.held, b.credit_limit
              from billing.account_balance b
              join accounts.accounts a on a.tenant_id = b.tenant_id and a.id = b.account_id
             where b.tenant_id = \(tenant)
               and (\(search)::text is null or a.ban = \(search) or a.id::text = lower(\(search))
                    or position(lower(\(search)) in lower(a.name)) > 0)
             order by a.name limit 1000
            """)
        return try rows.map { row in
            Balance(
                accountID: try row.column(0), ban: try row.column(1), name: try row.column(2),
                status: try row.column(3), currency: try row.column(4), available: try row.column(5),
                pending: try row.column(6), held: try row.column(7), creditLimit: try row.column(8))
        }
    }
}
