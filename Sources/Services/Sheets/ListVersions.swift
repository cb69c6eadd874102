package import Foundation
package import Postgres

/// Lists the versions of a deck or a rate plan, the newest first.
package struct ListVersions: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// A version.
    package struct Version: Sendable {
        package let number: Int
        package let state: String
        package let kind: String
        package let base: Int?
        package let source: String
        package let rows: Int?
        package let madeAt: Date
        /// Whether it holds now.
        package let holds: Bool
        /// When it came into force last, or will next.
        package let activeFrom: Date?
    }

    /// - Throws: when the database cannot be asked; a sheet always has a version.
    package func callAsFunction(_ sheet: Sheet, limit: Int = 50) async throws -> [Version] {
        try await database.run(
            """
            select v.version, v.state, v.kind, v.base_version, v.source, v.row_count, v.created_at,
                   v.version = routing.sheet_version_at(v.tenant_id, v.sheet_id),
                   (select max(a.active_from) from routing.sheet_activations a
                     where a.tenant_id = v.tenant_id and a.sheet_id = v.sheet_id and a.version = v.version
                       and a.active_from > '-infinity')
              from routing.sheet_versions v
             where v.tenant_id = \(sheet.tenantID) and v.sheet_id = \(sheet.id)
             order by v.version desc limit \(limit)
            """
        ).map { row in
            Version(
                number: try row.column(0), state: try row.column(1), kind: try row.column(2),
                base: try row.column(3), source: try row.column(4), rows: try row.column(5),
                madeAt: try row.column(6), holds: try row.column(7, as: Bool?.self) ?? false,
                activeFrom: try row.column(8))
        }
    }

    /// The version that held before the present one; `nil` when there was none.
    package func previous(of sheet: Sheet) async throws -> Int? {
        try await database.run(
            """
            select version from routing.sheet_activations
             where tenant_id = \(sheet.tenantID) and sheet_id = \(sheet.id) and active_from <= now()
             order by active_from desc offset 1 limit 1
            """
        ).value(Int.self)
    }
}
