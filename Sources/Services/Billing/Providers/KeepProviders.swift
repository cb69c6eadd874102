package import Foundation
package import Postgres

/// A payment provider of an operator, and the end of the address that it calls.
package struct ProviderLine: Sendable {
    package let id: UUID
    package let name: String
    package let kind: String
    /// Behind `/v1/payments/webhooks/`.
    package let path: String
    package let isDisabled: Bool
    /// What it reported, and how much of that waits for somebody.
    package let events: Int
    package let aside: Int
}

/// Makes payment providers known, lists them, and no longer hears them.
package struct KeepProviders: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// - Parameters:
    ///   - secret: where the signing key is.
    ///   - former: where the key before it is.
    /// - Returns: the end of the address that it is to call.
    /// - Throws: `BillingFailure` that says what is wrong.
    package func add(
        _ name: String, kind: String, secret: SecretReference, former: SecretReference?, tolerance: Int,
        _ scope: RequestScope
    ) async throws -> String {
        do {
            let rows = try await database.run([
                scope.opening,
                """
                insert into billing.payment_providers (tenant_id, name, kind, signing_secret_ref, former_secret_ref,
                                                       tolerance_s)
                values (\(scope.tenant), \(name), \(kind), \(secret.description), \(former?.description),
                        \(Int32(tolerance)))
                on conflict (tenant_id, name) do update
                   set signing_secret_ref = excluded.signing_secret_ref,
                       former_secret_ref = excluded.former_secret_ref, tolerance_s = excluded.tolerance_s,
                       disabled_at = null
                 where payment_providers.kind = excluded.kind
                returning webhook_path
                """,
            ])
            guard let path = try rows.last?.value(String.self) else {
                throw BillingFailure("\(name.forDisplay(60)) is there and of another kind; take another name")
            }
            return path
        } catch let error as PostgresError where error.isAboutTheData {
            throw BillingFailure("the provider was not kept: \(error)")
        }
    }

    /// By name.
    package func list(_ scope: RequestScope) async throws -> [ProviderLine] {
        let rows = try await database.run([
            scope.opening,
            """
            select p.id, p.name, p.kind, p.webhook_path, p.disabled_at is not null, count(e.id),
                   count(e.id) filter (where e.state = 'aside')
              from billing.payment_providers p
              left join billing.provider_events e on e.tenant_id = p.tenant_id and e.payment_provider_id = p.id
             where p.tenant_id = \(scope.tenant)
             group by p.tenant_id, p.id
             order by p.name
            """,
        ])
        return try rows.last?.decode(UUID.self, String.self, String.self, String.self, Bool.self, Int.self, Int.self)
            .map {
                ProviderLine(id: $0, name: $1, kind: $2, path: $3, isDisabled: $4, events: $5, aside: $6)
            } ?? []
    }

    /// What it reports from here on is refused.
    /// - Throws: `BillingFailure` when there is none of this name.
    package func disable(_ name: String, _ scope: RequestScope) async throws {
        let rows = try await database.run([
            scope.opening,
            """
            update billing.payment_providers set disabled_at = coalesce(disabled_at, now())
             where tenant_id = \(scope.tenant) and name = \(name)
            """,
        ])
        guard rows.last?.affected == 1 else {
            throw BillingFailure("there is no provider \"\(name.forDisplay(60))\"")
        }
    }
}
