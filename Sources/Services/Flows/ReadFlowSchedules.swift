import Foundation
import Postgres
import Telecom

extension ReadFlowTargets {
    /// Schedules with how the clocks of their zones go as long as a call may last.
    func read(schedules ids: Set<UUID>) async throws -> [UUID: FlowSchedule] {
        if ids.isEmpty { return [:] }
        let ids = Array(ids)
        let (mostSchedules, mostHours) = (500, 20_000)
        let found = try await session.run([
            """
            select id, name, time_zone::text from tracking.schedules
             where tenant_id = \(scope.tenant) and account_id = \(account) and id = any (\(ids))
             limit \(mostSchedules + 1)
            """,
            """
            select schedule_id, weekday::int8, (extract(epoch from opens_at) * 1000000)::int8,
                   (extract(epoch from closes_at) * 1000000)::int8
              from tracking.schedule_windows
             where tenant_id = \(scope.tenant) and account_id = \(account) and schedule_id = any (\(ids))
             limit \(mostHours + 1)
            """,
            """
            select schedule_id, (day - date '1970-01-01')::int8, (extract(epoch from opens_at) * 1000000)::int8,
                   (extract(epoch from closes_at) * 1000000)::int8
              from tracking.schedule_exceptions
             where tenant_id = \(scope.tenant) and account_id = \(account) and schedule_id = any (\(ids))
               and day between (\(at)::timestamptz)::date - 2 and (\(at)::timestamptz)::date + 366
             limit \(mostHours + 1)
            """,
            offsets(ids),
        ])
        _ = try FlowReadBounds.rows(found[0], mostSchedules, "schedules are looked at by the flow")
        _ = try FlowReadBounds.rows(found[1], mostHours, "opening hours are in the flow's schedules")
        _ = try FlowReadBounds.rows(found[2], mostHours, "days with exceptions are in the flow's schedules")
        var weeks: [UUID: [Int: [FlowSchedule.Hours]]] = [:]
        for (id, day, opens, closes) in try found[1].decode(UUID.self, Int.self, Int64.self, Int64.self) {
            weeks[id, default: [:]][day, default: []].append(FlowSchedule.Hours(opens: opens, closes: closes))
        }
        var exceptions: [UUID: [Int64: [FlowSchedule.Hours]]] = [:]
        for (id, day, opens, closes) in try found[2].decode(UUID.self, Int64.self, Int64?.self, Int64?.self) {
            let hours = opens.flatMap { opens in closes.map { FlowSchedule.Hours(opens: opens, closes: $0) } }
            exceptions[id, default: [:]][day, default: []] += hours.map { [$0] } ?? []
        }
        var offsets: [String: [WeeklyHours.Offset]] = [:]
        for (zone, from, seconds) in try found[3].decode(String.self, Date.self, Int64.self) {
            offsets[zone, default: []].append(
                WeeklyHours.Offset(fromMicroseconds: from.microseconds, seconds: seconds))
        }
        var schedules: [UUID: FlowSchedule] = [:]
        for (id, name, zone) in try found[0].decode(UUID.self, String.self, String.self) {
            schedules[id] = FlowSchedule(
                name, week: weeks[id] ?? [:], exceptions: exceptions[id] ?? [:], offsets: offsets[zone] ?? [])
        }
        return schedules
    }

    /// Looks at each quarter of an hour: no clock is changed at another minute.
    private func offsets(_ ids: [UUID]) -> SQL {
        """
        with zones as (
            select distinct time_zone::text as name from tracking.schedules
             where tenant_id = \(scope.tenant) and account_id = \(account) and id = any (\(ids))
        ), moments as (
            select z.name, q.at, extract(epoch from (q.at at time zone z.name) - (q.at at time zone 'UTC'))::int8 as s
              from zones z
             cross join generate_series(date_trunc('hour', \(at)::timestamptz) - interval '1 hour',
                                        \(at)::timestamptz + interval '3 days', interval '15 minutes') as q (at)
        ), changes as (
            select m.*, lag(m.s) over (partition by m.name order by m.at) as before_s from moments m
        )
        select c.name, c.at, c.s from changes c where c.s is distinct from c.before_s order by c.name, c.at
        """
    }
}
