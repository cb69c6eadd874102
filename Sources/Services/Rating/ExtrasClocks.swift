import Foundation
import Postgres
import Telecom

/// The windows of extras that were read, and how the clocks go that they go by, as the database knows it.
struct ExtrasClocks {
    private var windows: [TenantKey: [RateWindow]] = [:]
    private var offsets: [String: [WeeklyHours.Offset]] = [:]

    /// - Parameters:
    ///   - headers: rows that begin with tenant and id of the extras and have the time zone in column 18.
    ///   - first: the earliest answer of a call; the clocks are known from a day before it.
    ///   - last: the latest one; they are known as long as a call may last behind it.
    init(_ session: Connection, of headers: Rows, from first: Date, to last: Date) async throws {
        let keys = try headers.map { TenantKey(try $0.column(0), try $0.column(1)) }
        let rows = try await session.run(
            """
            select w.tenant_id, w.rate_extras_id, w.id, w.days::text[], w.rate, w.factor_bp,
                   (extract(epoch from w.opens_at) * 1000000)::bigint,
                   (extract(epoch from w.closes_at) * 1000000)::bigint
              from unnest(\(keys.map(\.tenantID)), \(keys.map(\.id))) as k (tenant_id, id)
              join billing.rate_windows w on w.tenant_id = k.tenant_id and w.rate_extras_id = k.id
             order by w.position
            """, deadline: .seconds(60)
        ).decode(
            UUID.self, UUID.self, UUID.self, [String].self, Money?.self, Int?.self, Int64?.self, Int64?.self)
        for (tenant, extras, id, days, rate, factor, opens, closes) in rows {
            let hours = opens.flatMap { opens in closes.map { (opens: opens, closes: $0) } }
            windows[TenantKey(tenant, extras), default: []].append(
                RateWindow(
                    id: id, days: days.compactMap { Int($0) }, hours: hours, change: try RateChange(rate, factor)))
        }
        if windows.isEmpty { return }
        let zones = try headers.map { try $0.column(18, as: String.self) }
        offsets = try await Self.offsets(session, Set(zones), from: first, to: last)
    }

    /// The clock of extras; one without windows asks for nothing.
    func clock(of extras: TenantKey, timeZone: String, holidays: [Int]) -> RateClock {
        guard let windows = windows[extras] else { return RateClock() }
        return RateClock(windows: windows, offsets: offsets[timeZone] ?? [], holidays: holidays)
    }

    /// Looks at each day for a change of the clock, and at each quarter of an hour where there was one: re-rating may
    /// ask for years.
    private static func offsets(
        _ session: Connection, _ zones: Set<String>, from first: Date, to last: Date
    ) async throws -> [String: [WeeklyHours.Offset]] {
        let rows = try await session.run(
            """
            with days as (
                select z.time_zone, d.at, extract(epoch from (d.at at time zone z.time_zone)
                                                             - (d.at at time zone 'UTC'))::bigint as offset_s
                  from unnest(\(zones.sorted())) as z (time_zone)
                 cross join generate_series(date_trunc('hour', \(first)::timestamptz) - interval '1 day',
                                            \(last)::timestamptz + interval '33 days', interval '24 hours') as d (at)
            ), changes as (
                select s.*, lag(s.offset_s) over (partition by s.time_zone order by s.at) as before_s from days s
            )
            select c.time_zone, c.offset_s,
                   case when c.before_s is null then c.at
                        else (select min(q.at) from generate_series(c.at - interval '24 hours', c.at,
                                                                    interval '15 minutes') as q (at)
                               where extract(epoch from (q.at at time zone c.time_zone)
                                                        - (q.at at time zone 'UTC')) = c.offset_s) end as from_at
              from changes c
             where c.before_s is distinct from c.offset_s
             order by c.time_zone, from_at
            """, deadline: .seconds(60)
        ).decode(String.self, Int64.self, Date.self)
        return Dictionary(grouping: rows, by: \.0).mapValues { rows in
            rows.map { WeeklyHours.Offset(fromMicroseconds: $0.2.microseconds, seconds: $0.1) }
        }
    }
}
