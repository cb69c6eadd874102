package import Foundation
package import Postgres

/// Measures how well vendors did on the days that are over, against what they promised, tenant by tenant.
///
/// The last days are measured again, for calls are rated late; whatever had been measured and is the same stays as it
/// is. So it may be run as often as one likes, and by several at once.
package struct MeasureVendors: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// What changed.
    package struct Result: Sendable, Hashable {
        package var metrics = 0
        package var breaches = 0
    }

    /// How far back the first time.
    private static let backlog_days = 35
    /// How many days that were measured before are measured again.
    private static let again_days = 3
    /// For a month of a large tenant.
    private static let limit = Duration.seconds(300)

    /// - Parameter now: the day that it lies in is not over, and not measured.
    package func callAsFunction(at now: Date = Date()) async throws -> Result {
        let tenants = try await database.run(
            """
            select t.id
              from core.tenants t
             where exists (select from vendor_mgmt.carriers c where c.tenant_id = t.id)
             order by t.id
            """
        ).values(UUID.self)
        var result = Result()
        for tenant in tenants {
            let changed = try await database.run(
                """
                select m.metrics, m.breaches
                  from (select (\(now) at time zone 'UTC')::date as today) t
                 cross join lateral (
                       select max((k.period_from at time zone 'UTC')::date) as last
                         from vendor_mgmt.performance_metrics k
                        where k.tenant_id = \(tenant) and k.metric = 'asr_percent' and k.period = 'day') k
                 cross join lateral vendor_mgmt.measure_calls(
                       \(tenant), case when k.last is null then t.today - \(Self.backlog_days)::int
                                      else greatest(least(k.last + 1, t.today) - \(Self.again_days)::int,
                                                    t.today - \(Self.backlog_days)::int) end, t.today) m
                """, deadline: Self.limit
            ).decode(Int.self, Int.self)
            for (metrics, breaches) in changed {
                result.metrics += metrics
                result.breaches += breaches
            }
        }
        return result
    }
}
