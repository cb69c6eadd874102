package import Foundation
package import Postgres
package import Telecom

/// Finds a deck or a rate plan by its name or id.
package struct FindSheet: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// - Throws: `ImportFailure` when there is none, naming those that there are.
    package func callAsFunction(_ text: String, _ kind: SheetKind, of tenant: UUID) async throws -> Sheet {
        let found = try await database.run(
            """
            select id, name, currency from \(kind.owners)
             where tenant_id = \(tenant) and (name = \(text) or id::text = lower(\(text)))
            """
        ).decode(UUID.self, String.self, String.self).first
        if let (id, name, currency) = found {
            return Sheet(kind: kind, tenantID: tenant, id: id, name: name, currency: currency)
        }
        let names = try await database.run(
            "select name from \(kind.owners) where tenant_id = \(tenant) order by name limit 10"
        ).decode(String.self)
        let list = names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
        throw ImportFailure("no \(kind.name) is called \"\(text.forDisplay(60))\": \(list)")
    }

    /// The one that an id names, deck or plan.
    /// - Throws: `ResourceFault` when there is none.
    package func callAsFunction(_ id: UUID, of tenant: UUID) async throws -> Sheet {
        for kind in SheetKind.allCases {
            let found = try await database.run(
                "select name, currency from \(kind.owners) where tenant_id = \(tenant) and id = \(id)"
            ).decode(String.self, String.self).first
            if let (name, currency) = found {
                return Sheet(kind: kind, tenantID: tenant, id: id, name: name, currency: currency)
            }
        }
        throw ResourceFault(.notFound, "there is no deck and no rate plan \(id.text)")
    }
}

/// A deck or a rate plan.
package struct Sheet: Sendable {
    package let kind: SheetKind
    package let tenantID: UUID
    package let id: UUID
    package let name: String
    package let currency: String

    /// What names it to the router.
    package var key: TenantKey { TenantKey(tenantID, id) }
}

extension SheetKind {
    package var name: String { self == .deck ? "deck" : "rate plan" }
}
