import Postgres
import Services

/// The state of a running system, in numbers.
package struct SystemState: Sendable {
    package let server: String
    package let pendingMigrations: Int
    package let routingVersion: Int
    package let openRequests: Int
    package let unratedCDRs: Int
    /// How long the oldest of them has waited, in seconds; `nil` when there is none.
    package let unratedAge_s: Int?
    /// CDRs that could not be rated: `cdr.raw_cdr.rating_error` says why.
    package let cdrsSetAside: Int
    /// Rows whose times lie outside every month that there is a partition for: `core.count_strays()` says where.
    package let strayRows: Int
    package let ledgerDifferences: Int
    /// Seconds since the oldest report was refreshed; `nil` before all of them were.
    package let reportsAge_s: Int?
    /// Rows of the audit trail that wait for their link, of each tenant counted up to 10000.
    package let unsealedAuditRows: Int
}

/// Reads the state from the database.
package struct ReadState: Sendable {
    private let databases: Databases

    package init(_ databases: Databases) {
        self.databases = databases
    }

    /// Reads it; fails when the database is away.
    package func callAsFunction() async throws -> SystemState {
        let server = try await databases.owner.run("show server_version").value(String.self) ?? ""
        let pending = try await databases.migration().status().pending.count
        guard pending == 0 else {
            return SystemState(
                server: "PostgreSQL \(server)", pendingMigrations: pending, routingVersion: 0, openRequests: 0,
                unratedCDRs: 0, unratedAge_s: nil, cdrsSetAside: 0, strayRows: 0, ledgerDifferences: 0,
                reportsAge_s: nil,
                unsealedAuditRows: 0)
        }
        let counts = try await databases.engine.run(
            """
            select (select version from core.snapshot_versions where name = 'routing'),
                   (select count(*) from routing.routing_requests where state = 'open'),
                   (select count(*) from cdr.raw_cdr where processed_at is null and rating_error is null),
                   (select extract(epoch from now() - min(w.created_at))::bigint
                      from (select created_at from cdr.raw_cdr where processed_at is null and rating_error is null
                             order by started_at, tenant_id, id limit 1000) w),
                   (select count(*) from cdr.raw_cdr where processed_at is null and rating_error is not null),
                   (select coalesce(sum(strays), 0)::bigint from core.count_strays()),
                   (select count(*) from core.tenants t cross join lateral billing.check_ledger(t.id)),
                   (select case when bool_and(age_s is not null) then max(age_s)::bigint end from reporting.freshness),
                   (select coalesce(sum(audit.count_unsealed(t.id)), 0)::bigint from core.tenants t)
            """)
        let (version, open, unrated, unratedAge, setAside, strays, differences, age, unsealed) =
            try counts.first(
                Int.self, Int.self, Int.self, Int?.self, Int.self, Int.self, Int.self, Int?.self, Int.self)
            ?? (0, 0, 0, nil, 0, 0, 0, nil, 0)
        return SystemState(
            server: "PostgreSQL \(server)", pendingMigrations: pending, routingVersion: version, openRequests: open,
            unratedCDRs: unrated, unratedAge_s: unratedAge, cdrsSetAside: setAside, strayRows: strays,
            ledgerDifferences: differences,
            reportsAge_s: age, unsealedAuditRows: unsealed)
    }
}
