import Foundation
package import Postgres
import Telecom

/// Counts how the tries at carriers went that were posted since the last time, moves the breakers by that, and now and
/// then measures quality.
///
/// Several workers do no harm: a tenant that one counts the other passes over.
package struct CountAttempts: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// For the calls of some seconds; after a stop, for more.
    private static let limit = Duration.seconds(120)
    private static let measureInterval_s = 60
    /// `routing.count_attempts` counts until so long before the time that it is given.
    private static let margin_s = 2

    /// What came of it.
    package struct Result: Sendable, Hashable {
        /// Breakers that opened or closed.
        package var switched = 0
        /// Tenants whose quality was measured.
        package var measured = 0
    }

    /// Counts for every tenant that has carrier trunks.
    package func callAsFunction() async throws -> Result {
        let tenants = try await database.run(
            "select distinct tenant_id from routing.carrier_trunks order by tenant_id"
        ).values(UUID.self)
        // A transaction that goes on for longer is missed, which a statistic can bear: a carrier that fails must be
        // seen at once.
        let horizon = try await database.postingHorizon(.seconds(Self.margin_s), atMost: .seconds(30))
        let now = horizon.addingTimeInterval(Double(Self.margin_s))
        var result = Result()
        for tenant in tenants {
            result.switched += try await count(tenant, now)
            if try await measure(tenant) { result.measured += 1 }
        }
        return result
    }

    /// The counts and what follows from them are one transaction: none is lost, and none counts twice.
    private func count(_ tenant: UUID, _ now: Date) async throws -> Int {
        try await database.transaction { session in
            let counted = try await session.run(
                "select carrier_trunk_id, succeeded, failed, cause from routing.count_attempts(\(tenant), \(now))",
                deadline: Self.limit
            ).decode(UUID.self, Int.self, Int.self, String.self)
            var tries = Dictionary(uniqueKeysWithValues: counted.map { ($0.0, $0) })
            let stored = try await StoredBreaker.read(tenant, of: counted.map(\.0), session)
            var changed: [StoredBreaker] = []
            var switched = 0
            for var breaker in stored {
                let before = breaker.state
                let (_, succeeded, failed, cause) =
                    tries.removeValue(forKey: breaker.trunk) ?? (breaker.trunk, 0, 0, "")
                if breaker.state.observe(succeeded: succeeded, failed: failed, at: breaker.now) {
                    switched += 1
                    if breaker.state.openUntil != 0 { breaker.cause = cause }
                }
                if breaker.state != before { changed.append(breaker) }
            }
            try await StoredBreaker.store(changed, of: tenant, session)
            if switched > 0 { try await session.run("select core.bump_snapshot('route_health')") }
            return switched
        }
    }

    private func measure(_ tenant: UUID) async throws -> Bool {
        try await database.transaction { session in
            let due = try await session.run(
                """
                select true from routing.attempt_states
                 where tenant_id = \(tenant)
                   and (measured_at is null or measured_at < now() - make_interval(secs => \(Self.measureInterval_s)))
                   for no key update skip locked
                """)
            if due.isEmpty { return false }
            try await session.run("select routing.measure_quality(\(tenant))", deadline: Self.limit)
            return true
        }
    }
}

/// A breaker as the database keeps it, with the database's clock.
private struct StoredBreaker {
    let trunk: UUID
    var state: Breaker
    var cause: String
    let now: Int64

    /// Those of the trunks that were tried, and those that are not closed; a trunk without a row has a new one.
    static func read(_ tenant: UUID, of tried: [UUID], _ session: Connection) async throws -> [StoredBreaker] {
        let rows = try await session.run(
            """
            select t.id, b.open_until, coalesce(b.backoff_s, 0), b.counts_from, b.window_at, coalesce(b.attempts, 0),
                   coalesce(b.failures, 0), coalesce(b.cause, ''), coalesce(b.earlier_attempts, 0),
                   coalesce(b.earlier_failures, 0), now()
              from routing.carrier_trunks t
              left join routing.breakers b on b.tenant_id = \(tenant) and b.carrier_trunk_id = t.id
             where t.tenant_id = \(tenant) and t.has_breaker and (t.id = any (\(tried)) or b.open_until is not null)
            """)
        return try rows.map { row in
            let (trunk, until, backoff, from, window, attempts, failures, cause) = try row.decode(
                UUID.self, Date?.self, Int.self, Date?.self, Date?.self, Int.self, Int.self, String.self)
            return StoredBreaker(
                trunk: trunk,
                state: Breaker(
                    openUntil: until?.microseconds ?? 0, backoffSeconds: Int64(backoff),
                    countsFrom: from?.microseconds ?? 0, windowFrom: window?.microseconds ?? 0,
                    counts: Breaker.Counts(attempts: attempts, failures: failures),
                    earlier: Breaker.Counts(attempts: try row.column(8), failures: try row.column(9))),
                cause: cause, now: try row.column(10, as: Date.self).microseconds)
        }
    }

    static func store(_ breakers: [StoredBreaker], of tenant: UUID, _ session: Connection) async throws {
        if breakers.isEmpty { return }
        let states = breakers.map(\.state)
        try await session.run(
            """
            insert into routing.breakers (tenant_id, carrier_trunk_id, open_until, backoff_s, cause, counts_from,
                                          window_at, attempts, failures, earlier_attempts, earlier_failures)
            select \(tenant), u.*
              from unnest(\(breakers.map(\.trunk)),
                          \(NullableArray(states.map { $0.openUntil == 0 ? nil : Date(microseconds: $0.openUntil) })),
                          \(states.map { Int32($0.backoffSeconds) }), \(breakers.map(\.cause)),
                          \(states.map { Date(microseconds: $0.countsFrom) }),
                          \(states.map { Date(microseconds: $0.windowFrom) }),
                          \(states.map { Int32($0.counts.attempts) }), \(states.map { Int32($0.counts.failures) }),
                          \(states.map { Int32($0.earlier.attempts) }), \(states.map { Int32($0.earlier.failures) })) u
            on conflict (tenant_id, carrier_trunk_id) do update
               set open_until = excluded.open_until, backoff_s = excluded.backoff_s, cause = excluded.cause,
                   counts_from = excluded.counts_from, window_at = excluded.window_at, attempts = excluded.attempts,
                   failures = excluded.failures, earlier_attempts = excluded.earlier_attempts,
                   earlier_failures = excluded.earlier_failures
            """)
    }
}
