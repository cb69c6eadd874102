import Foundation
import Postgres

/// The tenant that a volume is made in, and what it says of itself: the plan, and whether the volume is whole.
///
/// The row of the tenant is the only state. It comes with the operator, in one transaction; how many calls there are is
/// counted. Until all is there the tenant is suspended and called incomplete.
struct VolumeTenant: Sendable {
    private let database: Database
    private let slug: String

    /// - Parameter database: as the owner.
    init(_ database: Database, slug: String) {
        self.database = database
        self.slug = slug
    }

    /// What there is under the slug.
    enum Found: Sendable {
        case nothing
        /// A tenant of somebody's.
        case foreign
        case volume(UUID, VolumePlan, isWhole: Bool)
    }

    /// In `core.tenants.metadata`.
    private struct Mark: Codable {
        let plan: VolumePlan
        let isWhole: Bool
    }

    func find() async throws -> Found {
        let row = try await database.run(
            "select id, metadata -> 'volume' from core.tenants where slug = \(slug)"
        ).first
        guard let row else { return .nothing }
        guard let text = try row.column(1, as: JSONText?.self)?.text else { return .foreign }
        let mark = try JSONDecoder().decode(Mark.self, from: Data(text.utf8))
        return .volume(try row.column(0), mark.plan, isWhole: mark.isWhole)
    }

    private func mark(_ plan: VolumePlan, isWhole: Bool) throws -> JSONText {
        let json = try JSONEncoder().encode(["volume": Mark(plan: plan, isWhole: isWhole)])
        return JSONText(String(decoding: json, as: UTF8.self))
    }

    /// Makes it, in the transaction that makes its operator.
    func make(_ id: UUID, _ plan: VolumePlan, _ session: Connection) async throws {
        try await session.run(
            """
            insert into core.tenants (id, slug, name, status, metadata)
            values (\(id), \(slug), \("\(slug) (incomplete)"), 'suspended', \(try mark(plan, isWhole: false)))
            """)
    }

    /// Says that all is there, and lets it serve.
    func finish(_ id: UUID, _ plan: VolumePlan) async throws {
        _ = try await database.run([
            """
            update core.tenants set name = \("Volume \(slug)"), status = 'active',
                                    metadata = \(try mark(plan, isWhole: true))
             where id = \(id)
            """,
            "select core.bump_snapshot('routing')",
        ])
    }

    /// Removes it with all that it owns, as any tenant is removed; a tombstone stays. It may take as long as making
    /// it did.
    func purge(_ id: UUID) async throws {
        try await database.transaction { session in
            try await session.run("select core.close_tenant(\(id), 'made anew', interval '0')")
            try await session.run("select core.mark_tenant_for_purge(\(id))")
        }
        // What was broken off goes on from here: each batch is a transaction of its own.
        while try await database.run("select name from core.clear_tenant(\(id), 100000)", deadline: .seconds(3600))
            .first != nil
        {}
        try await database.run("select core.purge_tenant(\(id), 'heddle seed volume')", deadline: .seconds(86_400))
    }
}
