package import Foundation
package import Postgres

/// Finds the runs of a tenant that rated calls again.
package struct ReadRerates: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// The newest first.
    package func list(atMost limit: Int) async throws -> [RerateRun] {
        try await read("", limit: limit)
    }

    /// - Parameter text: an id, or its end.
    /// - Throws: `BillingFailure` when there is none or more than one.
    package func find(_ text: String) async throws -> RerateRun {
        let found = try await database.run(
            """
            select id from billing.rerate_runs
             where tenant_id = \(tenant) and length(\(text)) >= 4 and right(id::text, length(\(text))) = lower(\(text))
             limit 2
            """
        ).values(UUID.self)
        guard found.count == 1, let run = try await self(found[0]) else {
            let what = found.isEmpty ? "no run has" : "several runs have"
            throw BillingFailure("\(what) an id that ends in \"\(text.forDisplay(40))\"; `heddle rerate list` has them")
        }
        return run
    }

    /// The run with this id; `nil` when the tenant has none.
    package func callAsFunction(_ id: UUID) async throws -> RerateRun? {
        try await read("and r.id = \(id)", limit: 1).first
    }

    private func read(_ choice: SQL, limit: Int) async throws -> [RerateRun] {
        let rows = try await database.run(
            """
            select r.id, r.reason, r.window_from, r.window_to, a.ban, c.name, coalesce(p.name, d.name),
                   r.sheet_version, r.as_of, r.side, r.state, r.call_count, r.seen_count, r.rated_count,
                   r.different_count, r.unpriced_count, r.created_at
              from billing.rerate_runs r
              left join accounts.accounts a on a.tenant_id = r.tenant_id and a.id = r.account_id
              left join routing.carriers c on c.tenant_id = r.tenant_id and c.id = r.carrier_id
              left join billing.rate_plans p on p.tenant_id = r.tenant_id and p.id = r.rate_plan_id
              left join routing.decks d on d.tenant_id = r.tenant_id and d.id = r.deck_id
             where r.tenant_id = \(tenant) \(choice)
             order by r.id desc limit \(limit)
            """)
        return try rows.map { row in
            RerateRun(
                id: try row.column(0), reason: try row.column(1), from: try row.column(2), until: try row.column(3),
                account: try row.column(4), carrier: try row.column(5), sheet: try row.column(6),
                version: try row.column(7), asOf: try row.column(8), side: try row.column(9),
                state: try row.column(10), total: try row.column(11), seen: try row.column(12),
                rated: try row.column(13), different: try row.column(14), unpriced: try row.column(15),
                createdAt: try row.column(16))
        }
    }
}
