package import Foundation
package import Postgres

/// Compares the sums of each day that closed with its calls, once for each operator, whoever of several workers comes
/// first; the first time those of yesterday alone. What it found is kept in `cdr.summary_states`.
package struct CheckSums: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// A day of an operator that was compared.
    package struct Day: Sendable, Hashable {
        package let tenantID: UUID
        /// As `2026-10-14`, in UTC.
        package let day: String
        package let differences: Int
        /// The first of them; nil where there is none.
        package let example: String?
    }

    /// The calls of a large day are read once.
    private static let limit = Duration.seconds(1800)
    private static let yesterday: SQL = "((now() at time zone 'UTC')::date - 1)"

    /// Compares what has not been compared yet.
    package func callAsFunction() async throws -> [Day] {
        let tenants = try await database.run(
            """
            select s.tenant_id from cdr.summary_states s
             where s.checked_on is null or s.checked_on < \(Self.yesterday) order by s.tenant_id
            """
        ).values(UUID.self)
        var days: [Day] = []
        for tenant in tenants {
            while let day = try await check(tenant) { days.append(day) }
        }
        return days
    }

    /// - Returns: nil where another worker has it.
    private func check(_ tenant: UUID) async throws -> Day? {
        try await database.transaction { session in
            let lock: SQL =
                "select pg_try_advisory_xact_lock(hashtextextended('cdr.check_sums ' || \(tenant)::text, 0))"
            guard try await session.run(lock).value(Bool.self) == true else { return nil }
            let due = try await session.run(
                """
                select coalesce(s.checked_on + 1, \(Self.yesterday))::text from cdr.summary_states s
                 where s.tenant_id = \(tenant) and (s.checked_on is null or s.checked_on < \(Self.yesterday))
                """
            ).value(String.self)
            guard let day = due else { return nil }
            // One statement sees calls and sums of one moment, whatever is rated meanwhile.
            let found = try await session.run(
                """
                select count(*),
                       (array_agg(format('%s of %s: %s, and %s by its calls', d.measure,
                                         to_char(d.bucket_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), d.summed,
                                         d.counted)))[1]
                  from cdr.check_sums(\(tenant), \(day)::date::timestamp at time zone 'UTC',
                                      (\(day)::date + 1)::timestamp at time zone 'UTC') d
                """, deadline: Self.limit
            ).first(Int.self, String?.self)
            let (count, example) = found ?? (0, nil)
            try await session.run(
                """
                update cdr.summary_states set checked_on = \(day)::date, difference_count = \(count)
                 where tenant_id = \(tenant)
                """)
            return Day(tenantID: tenant, day: day, differences: count, example: example)
        }
    }
}
