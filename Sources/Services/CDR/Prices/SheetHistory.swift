import Foundation
import Postgres
import Telecom

/// Which version of a deck or a plan held when. Where the first one, which every sheet has from the beginning of time,
/// is without rows, the second holds from then: who brings calls of last month along with his first prices wants them
/// rated. Its rows have dates of their own.
struct SheetHistory: Sendable {
    /// A state of a version's rows.
    struct Version: Sendable, Hashable {
        let kind: SheetKind
        let sheet: TenantKey
        let version: Int
        /// Raised by each change, of a version that may be changed by hand.
        let edition: Int
    }

    /// Of each sheet, what began last first.
    private var versions: [TenantKey: [(from: Date, version: Version)]] = [:]

    /// Adds the versions of these sheets.
    mutating func read(_ kind: SheetKind, _ sheets: Set<TenantKey>, _ session: Connection) async throws {
        if sheets.isEmpty { return }
        let sheets = Array(sheets)
        let rows = try await session.run(
            """
            select a.tenant_id, a.sheet_id, a.active_from, v.version, v.edition
              from unnest(\(sheets.map(\.tenantID)), \(sheets.map(\.id))) as s (tenant_id, sheet_id)
              join routing.sheet_activations a using (tenant_id, sheet_id)
              join routing.sheet_versions v using (tenant_id, sheet_id, version)
             where a.active_from > '-infinity'
                or (select true from \(kind.table) r
                     where r.tenant_id = a.tenant_id and r.\(kind.key) = a.sheet_id
                       and r.\(kind.version) = a.version
                     order by r.prefix limit 1)
             order by a.active_from desc
            """
        ).decode(UUID.self, UUID.self, Date.self, Int.self, Int.self)
        for (tenant, id, from, version, edition) in rows {
            let sheet = TenantKey(tenant, id)
            let version = Version(kind: kind, sheet: sheet, version: version, edition: edition)
            versions[sheet, default: []].append((from, version))
        }
    }

    /// What held at a time; nil of a sheet without rows.
    func version(of sheet: TenantKey, at time: Date) -> Version? {
        let versions = versions[sheet] ?? []
        return (versions.first { $0.from <= time } ?? versions.last)?.version
    }
}
