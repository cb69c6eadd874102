package import Foundation
import Postgres

/// How many calls there were and how they went, by hour, day, customer, carrier trunk, destination or jurisdiction:
/// from the sums.
package struct ReportTraffic: Sendable {
    private let source: ReportSource
    private let tenant: UUID

    package init(_ source: ReportSource, tenant: UUID) {
        self.source = source
        self.tenant = tenant
    }

    /// Calls of one hour, customer, carrier trunk and so on.
    package struct Row: Sendable, Hashable {
        package let name: String
        /// When the hour or day began.
        package let startsAt: Date?
        package let quality: CallQuality
    }

    /// What was found.
    package struct Report: Sendable {
        package let rows: [Row]
        /// All of it; nil without calls.
        package let total: CallQuality?
        package let origin: ReportSource.Origin
    }

    private static let most = 100_000

    /// Hours and days in their order; of the rest what has most attempts first.
    package func callAsFunction(by grouping: ReportGrouping, in span: ReportSpan) async throws -> Report {
        let order: SQL = grouping.unit == nil ? "s.attempts desc, 2" : "3"
        let (found, origin) = try await source.read(for: tenant) { session in
            try await session.run(
                """
                select s.is_total, \(grouping.name), \(grouping.instant), \(CallQuality.columns)
                  from (select tenant_id, \(grouping.key), grouping(tenant_id) = 1 as is_total,
                               \(CallQuality.sums(byCarrier: grouping == .carrier))
                          from \(span.sums(of: tenant, byHour: grouping == .hour)) t
                         group by grouping sets ((tenant_id, \(grouping.key)), ())) s
                 where s.attempts > 0
                 order by s.is_total desc, \(order)
                 limit \(Self.most)
                """, deadline: ReportSource.limit
            ).decode(Bool.self, String?.self, Date?.self, [Int].self)
        }
        let rows = found.filter { !$0.0 }.map { Row(name: $0.1 ?? "", startsAt: $0.2, quality: CallQuality($0.3)) }
        return Report(rows: rows, total: found.first { $0.0 }.map { CallQuality($0.3) }, origin: origin)
    }
}
