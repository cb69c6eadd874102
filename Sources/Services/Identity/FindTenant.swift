package import Foundation
package import Postgres

/// Finds the tenant that somebody means: the one that is named, or the only one.
package struct FindTenant: Sendable {
    private let database: Database

    /// - Parameter database: as the engine, which sees all tenants.
    package init(_ database: Database) {
        self.database = database
    }

    /// How many names an error lists.
    private static let listed = 20

    /// - Parameter name: its slug or id; `nil` takes the only tenant. The reserved tenant of unattributed traffic has
    ///   to be named.
    /// - Throws: `TenantError` that lists the tenants.
    package func callAsFunction(_ name: String?) async throws -> UUID {
        let tenants = try await database.run(
            """
            select id, slug from core.tenants
             where slug = \(name) or id::text = lower(\(name))
                or (\(name)::text is null and id <> core.unattributed_tenant())
             order by slug limit 2
            """
        ).decode(UUID.self, String.self)
        if tenants.count == 1 { return tenants[0].0 }
        let slugs = try await database.run(
            """
            select slug from core.tenants where id <> core.unattributed_tenant() order by slug limit \(Self.listed + 1)
            """
        ).values(String.self)
        let list = slugs.prefix(Self.listed).joined(separator: ", ") + (slugs.count > Self.listed ? " …" : "")
        if slugs.isEmpty { throw TenantError("there is no tenant yet; `heddle seed demo` makes one to try") }
        guard let name else { throw TenantError("there are several tenants; name one with --tenant: \(list)") }
        throw TenantError("no tenant is called \"\(name)\"; there are: \(list)")
    }

    /// The currency of a tenant's reports.
    package func currency(of tenant: UUID) async throws -> String? {
        try await database.run("select currency from core.tenants where id = \(tenant)").value(String.self)
    }
}

/// Why it is not known which tenant is meant.
package struct TenantError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
