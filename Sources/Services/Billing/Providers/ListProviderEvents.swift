package import Foundation
package import Postgres
package import Telecom

/// What a payment provider reported, and what became of it.
package struct ProviderEventLine: Sendable {
    package let id: UUID
    package let provider: String
    package let externalID: String
    package let type: String
    package let state: String
    package let reason: String
    package let payment: String?
    package let account: String?
    package let amount: Money?
    package let currency: String?
    package let occurredAt: Date
}

/// Lists what payment providers reported.
package struct ListProviderEvents: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// The newest first.
    /// - Parameter state: received, posted, aside or ignored; `nil` is all.
    package func callAsFunction(_ scope: RequestScope, state: String?, limit: Int) async throws -> [ProviderEventLine] {
        let rows = try await database.run([
            scope.opening,
            """
            select e.id, p.name, e.external_id, e.type, e.state, e.reason, e.payment_reference, e.account_reference,
                   e.amount, e.currency, e.occurred_at
              from billing.provider_events e
              join billing.payment_providers p on p.tenant_id = e.tenant_id and p.id = e.payment_provider_id
             where e.tenant_id = \(scope.tenant) and (\(state)::text is null or e.state = \(state))
             order by e.created_at desc, e.id desc
             limit \(limit)
            """,
        ])
        return try rows.last?.map { row in
            ProviderEventLine(
                id: try row.column(0), provider: try row.column(1), externalID: try row.column(2),
                type: try row.column(3), state: try row.column(4), reason: try row.column(5),
                payment: try row.column(6), account: try row.column(7), amount: try row.column(8),
                currency: try row.column(9), occurredAt: try row.column(10))
        } ?? []
    }
}
