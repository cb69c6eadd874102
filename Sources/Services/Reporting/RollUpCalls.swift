import Foundation
package import Postgres

/// Sums up, by hour and day, the calls that were posted since it was done last, tenant by tenant.
package struct RollUpCalls: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// Calls are posted with the time at which their transaction began: one that ended after we looked may bear an
    /// earlier time. Summing an hour up twice changes nothing.
    private static let overlap_s = 600
    /// For a month of one tenant.
    private static let limit = Duration.seconds(600)

    /// Sums up; returns how many hours changed.
    package func callAsFunction() async throws -> Int {
        let tenants = try await database.run("select id from core.tenants order by id").values(UUID.self)
        var hours = 0
        for tenant in tenants { hours += try await rollUp(tenant) }
        return hours
    }

    /// One at a time for a tenant: whoever comes second finds it locked and leaves it.
    private func rollUp(_ tenant: UUID) async throws -> Int {
        try await database.transaction { session in
            try await session.run(
                "insert into cdr.summary_states (tenant_id) values (\(tenant)) on conflict (tenant_id) do nothing")
            let mine = try await session.run(
                "select true from cdr.summary_states where tenant_id = \(tenant) for no key update skip locked")
            if mine.isEmpty { return 0 }
            let windows = try await windows(tenant, session)
            for (from, until, _) in windows {
                try await session.run("select cdr.roll_up(\(tenant), \(from), \(until))", deadline: Self.limit)
            }
            try await session.run(
                "update cdr.summary_states set posted_through = now() where tenant_id = \(tenant)")
            return windows.reduce(0) { $0 + $1.2 }
        }
    }

    /// Runs of hours that follow each other, none beyond its month: first instant, end, and how many hours.
    private func windows(_ tenant: UUID, _ session: Connection) async throws -> [(Date, Date, Int)] {
        try await session.run(
            """
            select min(h.bucket_at), max(h.bucket_at) + interval '1 hour', count(*)
              from (select p.bucket_at, p.bucket_at - row_number() over (order by p.bucket_at) * interval '1 hour'
                               as run
                      from cdr.summary_states s
                     cross join lateral cdr.hours_posted_since(
                               s.tenant_id, s.posted_through - make_interval(secs => \(Self.overlap_s))) p
                     where s.tenant_id = \(tenant)) h
             group by h.run, date_trunc('month', h.bucket_at, 'UTC')
             order by 1
            """, deadline: Self.limit
        ).decode(Date.self, Date.self, Int.self)
    }
}
