package import Foundation
package import Postgres
package import Telecom

/// What calls would be routed by: the state of one moment, and what a change would make of it.
package struct RehearsedRouting: Sendable {
    package let snapshot: RoutingSnapshot
    /// How carriers have done, by which profiles choose. Open breakers are left out: they are of this minute, and say
    /// nothing of the calls of a week.
    package let quality: RouteHealth?
    private let sheets: SheetTables

    init(_ data: RoutingData, _ rows: [RouteHealth.Row]) {
        snapshot = data.snapshot
        sheets = data.sheets
        quality = RouteHealth(
            rows.filter { if case .quality = $0.fact { true } else { false } }, for: data.snapshot)
    }

    /// The outbound prices of a deck or plan; nil where calls are not priced by it, or where it has no row.
    func outbound(_ sheet: TenantKey) -> RateTable? { sheets.inForce(sheet)?.outbound }

    /// Whether calls are priced by it: a suspended deck is as if it were not there.
    func isUsed(_ sheet: TenantKey) -> Bool { sheets.inForce(sheet) != nil }
}

/// Reads two states of the routing data at one moment: what holds, and what would hold after a change.
package struct RehearseRouting: Sendable {
    private let database: Database

    /// - Parameter database: as the engine for versions of sheets alone; as a role that may make the change otherwise.
    package init(_ database: Database) { self.database = database }

    /// Makes a change inside the transaction, before the second state is read.
    package typealias Change = (Connection) async throws -> Void

    /// Both states are read in one transaction, which is always rolled back.
    ///
    /// A change is therefore checked by the tables' own rules, is seen by nobody else, and neither sends a notification
    /// nor leaves a line in the audit trail. What it locks is let go once the second state is read, which keeps the
    /// rate tables of the first.
    /// - Parameters:
    ///   - before: versions of sheets to take in place of those that hold, on the first side.
    ///   - after: the same on the second.
    ///   - tenant: whose rows are seen and changed, where the role is bound by row policies.
    ///   - change: what to change besides; it runs with the rights of the database's role.
    package func callAsFunction(
        before: [TenantKey: Int] = [:], after: [TenantKey: Int] = [:], of tenant: UUID, change: Change? = nil
    ) async throws -> (before: RehearsedRouting, after: RehearsedRouting) {
        let load = LoadRouting(database, secrets: .sealed)
        var states: [RehearsedRouting] = []
        do {
            try await database.transaction { session in
                let access: SQL = change == nil ? "read only" : "read write"
                try await session.run("set transaction isolation level repeatable read, \(access)")
                try await session.run("select core.set_context(\(tenant), 'tenant', null, null)")
                let (first, _) = try await load.read(session, keeping: nil, drafts: before)
                states.append(try await state(first, session))
                try await change?(session)
                let (second, _) = try await load.read(session, keeping: first, drafts: after)
                states.append(try await state(second, session))
                throw Rehearsed()
            }
        } catch is Rehearsed {
            // As it was meant.
        }
        return (states[0], states[1])
    }

    private func state(_ data: RoutingData, _ session: Connection) async throws -> RehearsedRouting {
        RehearsedRouting(data, try await ReadRouteHealth(session: session)().rows)
    }

    /// Ends a transaction that is not to change anything.
    private struct Rehearsed: Error {}
}

extension RoutingSecrets {
    /// Opens none: whoever only asks where calls would go logs in nowhere.
    fileprivate static let sealed = RoutingSecrets(
        open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() }, report: { _ in })
}
