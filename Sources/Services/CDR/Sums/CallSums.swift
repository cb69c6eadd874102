import Foundation
import Postgres
import Telecom

/// The sums by hour and day that a batch of calls changes: added up here, written once for each row, in the transaction
/// that stores the calls. So the sums are those of the stored calls at every commit, and a call of an old hour is in
/// them like any other (docs/decisions/0024-sums-advance-with-the-calls.md).
struct CallSums: Sendable {
    private let places: [String: Destinations.Place]
    private(set) var hours: [CallSumKey: CallSum] = [:]

    /// - Parameter places: of the prefixes that numbers have.
    init(_ places: [String: Destinations.Place]) {
        self.places = places
    }

    /// Counts a call, and what was tried for it before.
    /// - Parameter times: -1 for one that was counted and is taken away.
    mutating func add(_ call: SummedCall, times: Int = 1) {
        let hour = Int((call.startedAt.timeIntervalSince1970 / 3600).rounded(.down))
        let destination = place(of: call.toNumber)
        func key(_ trunk: UUID?) -> CallSumKey {
            CallSumKey(
                tenantID: call.tenantID, hour: hour, accountID: call.accountID, carrierTrunkID: trunk,
                direction: call.direction, jurisdiction: call.jurisdiction, destination: destination,
                currency: call.currency)
        }
        hours[key(call.carrierTrunkID), default: CallSum()].add(call, times: times)
        for trunk in call.earlierTries { hours[key(trunk), default: CallSum()].seizures += times }
    }

    private func place(of number: String?) -> Destinations.Place {
        guard let number else { return Destinations.Place(callingCode: "", country: "") }
        let prefix = String(Destinations.prefix(of: number))
        return places[prefix] ?? Destinations.Place(callingCode: prefix, country: "")
    }

    /// The same by day.
    var days: [CallSumKey: CallSum] {
        hours.reduce(into: [:]) { days, hour in days[hour.key.day, default: CallSum()].add(hour.value) }
    }

    /// Lets nobody sum an hour of these tenants up anew (`cdr.roll_up()`) until the transaction ends: what it would
    /// write lacks these calls. Taken first of all that others may wait for.
    static func share(_ tenants: Set<UUID>, _ session: Connection) async throws {
        let tenants = tenants.sorted()
        _ = try await session.run(
            [
                """
                insert into cdr.summary_states (tenant_id) select d.id from unnest(\(tenants)) as d (id)
                on conflict (tenant_id) do nothing
                """,
                """
                select from cdr.summary_states where tenant_id = any (\(tenants)) order by tenant_id for key share
                """,
            ])
    }

    /// Writes what was added up.
    func store(_ session: Connection) async throws {
        if hours.isEmpty { return }
        _ = try await session.run(
            [
                Self.adding(hours, to: "cdr.hourly_summary", "bucket_at", "d.begins_at"),
                Self.adding(days, to: "cdr.daily_summary", "day", "(d.begins_at at time zone 'UTC')::date"),
            ], deadline: .seconds(60))
    }

    private static let measures = [
        "calls", "seizures", "answered", "effective", "refused", "short_calls", "talk_ms", "sell_billed_s",
        "buy_billed_s", "sell_amount", "buy_amount", "pdd_calls", "pdd_ms",
    ]

    /// In one order, whoever writes: two batches wait for each other, and never in a circle.
    private static func adding(
        _ sums: [CallSumKey: CallSum], to table: SQL, _ column: SQL, _ time: SQL
    ) -> SQL {
        // The places are sorted, not the sums: those are large.
        let unsorted = Array(sums)
        let ranks = unsorted.map { (tenantID: $0.key.tenantID, hour: $0.key.hour, rank: $0.key.rank) }
        let order = unsorted.indices.sorted { ranks[$0] < ranks[$1] }
        let (keys, sums) = (order.map { unsorted[$0].key }, order.map { unsorted[$0].value })
        let measures: SQL = "\(unescaped: Self.measures.joined(separator: ", "))"
        let added = Self.measures.map { "s.\($0) + excluded.\($0)" }.joined(separator: ", ")
        let buckets = (1...(CallSum.delayBounds.count + 1))
            .map { "s.pdd_histogram[\($0)] + excluded.pdd_histogram[\($0)]" }.joined(separator: ", ")
        return """
            insert into \(table) as s (tenant_id, \(column), account_id, carrier_trunk_id, direction, jurisdiction,
                                       prefix, country, currency, \(measures), pdd_histogram, rolled_up_at)
            select d.tenant_id, \(time), d.account_id, d.carrier_trunk_id, d.direction, d.jurisdiction, d.prefix,
                   d.country, d.currency, \(measures), d.pdd_histogram::integer[], now()
              from unnest(\(keys.map(\.tenantID)), \(keys.map { Date(timeIntervalSince1970: Double($0.hour) * 3600) }),
                          \(NullableArray(keys.map(\.accountID))), \(NullableArray(keys.map(\.carrierTrunkID))),
                          \(keys.map(\.direction)), \(NullableArray(keys.map(\.jurisdiction))),
                          \(keys.map(\.destination.callingCode)), \(keys.map(\.destination.country)),
                          \(keys.map(\.currency)), \(sums.map(\.calls)), \(sums.map(\.seizures)),
                          \(sums.map(\.answered)), \(sums.map(\.effective)), \(sums.map(\.refused)),
                          \(sums.map(\.shortCalls)), \(sums.map(\.talkMilliseconds)), \(sums.map(\.sellSeconds)),
                          \(sums.map(\.buySeconds)), \(sums.map(\.sell)), \(sums.map(\.buy)),
                          \(sums.map(\.delayedCalls)), \(sums.map(\.delayMilliseconds)),
                          \(sums.map(\.histogramText)))
                   as d (tenant_id, begins_at, account_id, carrier_trunk_id, direction, jurisdiction, prefix, country,
                         currency, \(measures), pdd_histogram)
            on conflict (tenant_id, \(column), id) do update
               set (\(measures), pdd_histogram, rolled_up_at, updated_at)
                   = row (\(unescaped: added), array[\(unescaped: buckets)], excluded.rolled_up_at, now())
            """
    }
}

extension CallSum {
    fileprivate var histogramText: String { "{\(delayHistogram.map(String.init).joined(separator: ","))}" }
}
