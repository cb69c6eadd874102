package import Postgres
package import Telecom

/// Finds the disabled rows that the look-ups of a call pass over. The router does not know them: it decides without.
package struct FindDisabledRows: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// A row that would be in effect.
    package struct Row: Sendable, Equatable {
        /// The name of the deck or of the rate plan.
        package let sheet: String
        package let kind: SheetKind
        package let prefix: String
    }

    private static let most = 20

    /// The longest prefixes first, of the plan before those of decks; none for a call that is not outbound.
    package func callAsFunction(of decision: Decision) async throws -> [Row] {
        guard decision.direction == .outbound, let tenant = decision.tenantID, let called = decision.called else {
            return []
        }
        let bought = decision.porting?.routingNumber ?? called
        return try await database.run(
            """
            with found as (
                select p.name, 'plan' as kind, r.prefix
                  from billing.account_rate_plan a
                  join billing.rate_plans p on p.tenant_id = a.tenant_id and p.id = a.rate_plan_id
                  join billing.voice_rates r
                    on r.tenant_id = p.tenant_id and r.rate_plan_id = p.id
                   and r.plan_version = routing.sheet_version_at(p.tenant_id, p.id)
                   and r.direction = 'outbound' and r.prefix = any (\(Self.prefixes(of: called)))
                 where a.tenant_id = \(tenant) and a.account_id = \(decision.accountID)
                   and a.valid_from <= now() and (a.valid_to > now() or a.valid_to is null)
                   and r.disabled and r.valid_from <= now() and (r.valid_to > now() or r.valid_to is null)
                union all
                select d.name, 'deck', r.prefix
                  from routing.decks d
                  join routing.rate_deck r
                    on r.tenant_id = d.tenant_id and r.deck_id = d.id
                   and r.deck_version = routing.sheet_version_at(d.tenant_id, d.id)
                   and r.prefix = any (\(Self.prefixes(of: bought)))
                 where d.tenant_id = \(tenant) and d.status = 'active'
                   and r.disabled and r.valid_from <= now() and (r.valid_to > now() or r.valid_to is null)
            )
            select name, kind, prefix from found order by kind desc, length(prefix) desc, name limit \(Self.most)
            """
        ).decode(String.self, String.self, String.self).compactMap { name, kind, prefix in
            SheetKind(rawValue: kind).map { Row(sheet: name, kind: $0, prefix: prefix) }
        }
    }

    private static func prefixes(of number: E164) -> [String] {
        let digits = number.description.filter(\.isNumber)
        return (1...digits.count).map { String(digits.prefix($0)) }
    }
}
