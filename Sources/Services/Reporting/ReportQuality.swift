package import Foundation
import Postgres

/// How well carriers carry, by trunk, destination or both, the worst first: ratios with the bounds that they lie in,
/// and what the tries failed with.
///
/// The worst is whose network effectiveness is low even at its best: by the upper bound, so that one failed call does
/// not stand above a thousand. Only calls that we gave to a carrier count.
package struct ReportQuality: Sendable {
    private let source: ReportSource
    private let tenant: UUID

    package init(_ source: ReportSource, tenant: UUID) {
        self.source = source
        self.tenant = tenant
    }

    /// What a row is about.
    package enum Grouping: String, Sendable, CaseIterable {
        case carrier
        case destination
        case route

        var hasCarrier: Bool { self != .destination }
        var hasDestination: Bool { self != .carrier }

        fileprivate var key: SQL {
            switch self {
            case .carrier: ReportGrouping.carrier.key
            case .destination: ReportGrouping.destination.key
            case .route: "carrier_trunk_id, prefix, country"
            }
        }
    }

    /// Between which bounds a ratio lies with 95 % confidence (E. B. Wilson 1927), in hundredths of a per cent.
    package struct Bounds: Sendable, Hashable {
        package let low: Int
        package let high: Int
    }

    /// A carrier trunk, a destination, or a trunk to a destination.
    package struct Row: Sendable {
        package let carrier: String?
        package let destination: String?
        package let quality: CallQuality
        package let answerSeizureBounds: Bounds
        package let effectivenessBounds: Bounds
        /// Failed tries by what the carrier said.
        package fileprivate(set) var codes: [String: Int] = [:]
        package fileprivate(set) var causes: [FailureCause: Int] = [:]
        fileprivate let key: Key
    }

    fileprivate struct Key: Sendable, Hashable {
        let trunk: UUID?
        let destination: String?
    }

    /// What was found.
    package struct Report: Sendable {
        package let rows: [Row]
        package let origin: ReportSource.Origin
    }

    /// Codes are counted from call records, of which a month is much.
    package static let mostDays = 31

    /// - Parameter span: of ``mostDays`` at most.
    package func callAsFunction(by grouping: Grouping, in span: ReportSpan) async throws -> Report {
        let (report, origin) = try await source.read(for: tenant) { session in
            var rows = try await rows(grouping, span, session)
            let places = [Key: Int](uniqueKeysWithValues: rows.indices.map { (rows[$0].key, $0) })
            for count in try await CountFailures(tenant: tenant)(span, session) {
                let key = Key(
                    trunk: grouping.hasCarrier ? count.trunk : nil,
                    destination: grouping.hasDestination ? count.destination : nil)
                guard let place = places[key] else { continue }  // posted after the sums were read
                rows[place].codes[count.code, default: 0] += count.calls
                rows[place].causes[FailureCause(code: count.code, rang: count.rang), default: 0] += count.calls
            }
            return rows
        }
        return Report(rows: report, origin: origin)
    }

    private func rows(_ grouping: Grouping, _ span: ReportSpan, _ session: Connection) async throws -> [Row] {
        let trunk: SQL = grouping.hasCarrier ? "s.carrier_trunk_id" : "null::uuid"
        let carrier: SQL = grouping.hasCarrier ? ReportGrouping.carrier.name : "null::text"
        let destination: SQL = grouping.hasDestination ? ReportGrouping.destination.name : "null::text"
        return try await session.run(
            """
            select \(trunk), \(carrier) as carrier, \(destination) as destination, \(CallQuality.columns),
                   array[a.low_bp, a.high_bp, n.low_bp, n.high_bp]::bigint[]
              from (select tenant_id, \(grouping.key), \(CallQuality.sums(byCarrier: true))
                      from \(span.sums(of: tenant, byHour: false)) t
                     where carrier_trunk_id is not null and direction in ('outbound', 'emergency')
                     group by tenant_id, \(grouping.key)) s
             cross join lateral routing.wilson_bounds(least(s.answered, s.seizures), s.seizures) a
             cross join lateral routing.wilson_bounds(s.effective, s.seizures) n
             where s.seizures > 0
             order by n.high_bp, a.high_bp, s.seizures desc, 2, 3
             limit 100000
            """, deadline: ReportSource.limit
        ).decode(UUID?.self, String?.self, String?.self, [Int].self, [Int].self).map {
            Row(
                carrier: $1, destination: $2, quality: CallQuality($3),
                answerSeizureBounds: Bounds(low: $4[0], high: $4[1]),
                effectivenessBounds: Bounds(low: $4[2], high: $4[3]), key: Key(trunk: $0, destination: $2))
        }
    }
}
