package import Foundation
package import Postgres

/// Lists the trunks of a tenant that are not closed, by name.
package struct ListTrunks: Sendable {
    private let database: Database
    private let tenant: UUID

    /// A trunk of a customer.
    package struct Trunk: Sendable {
        package let id: UUID
        package let name: String
    }

    private static let maximum = 10_000

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// Lists them.
    package func callAsFunction() async throws -> [Trunk] {
        try await database.run(
            """
            select id, name from routing.trunks where tenant_id = \(tenant) and status <> 'closed'
             order by name, id limit \(Self.maximum)
            """
        ).decode(UUID.self, String.self).map { Trunk(id: $0.0, name: $0.1) }
    }
}
