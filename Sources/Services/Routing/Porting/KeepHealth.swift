import Foundation
import Postgres
import Telecom

/// Writes to `vendor_mgmt.service_providers` how services do: many answers are one row, changed when something about it
/// is news. Each router tells what it has seen; who told last is believed.
struct KeepHealth: Sendable {
    private let database: Database

    private static let statementLimit = Duration.seconds(5)

    /// - Parameter database: as the engine.
    init(_ database: Database) { self.database = database }

    /// - Returns: whether the database took it.
    func store(_ reports: [(service: TenantKey, report: ServiceHealth.Report)]) async -> Bool {
        if reports.isEmpty { return true }
        let all = reports.map(\.report)
        do {
            _ = try await database.run(
                """
                update vendor_mgmt.service_providers p
                   set health = r.health, health_checked_at = r.at, consecutive_failures = r.failures,
                       health_changed_at = case when p.health = r.health then p.health_changed_at else r.at end,
                       last_error = coalesce(r.error, p.last_error),
                       last_error_at = coalesce(r.error_at, p.last_error_at)
                  from unnest(
                           \(reports.map(\.service.tenantID)), \(reports.map(\.service.id)),
                           \(all.map(\.level.rawValue)), \(all.map(\.at)), \(all.map(\.consecutiveFailures)),
                           \(NullableArray(all.map { $0.failure?.text })), \(NullableArray(all.map { $0.failure?.at })))
                       as r (tenant_id, id, health, at, failures, error, error_at)
                 where p.tenant_id = r.tenant_id and p.id = r.id
                """, deadline: Self.statementLimit)
            return true
        } catch {
            return false
        }
    }
}
