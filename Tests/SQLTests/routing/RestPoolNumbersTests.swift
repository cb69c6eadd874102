import Foundation
import Postgres
import TestSupport
import Testing

/// routing.rest_pool_numbers: how often a number of a pool is shown. One after the other, for they raise the version of
/// one snapshot.
@Suite(.database, .serialized) struct RestPoolNumbersTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A pool of an account with two numbers of its own.
    private struct Pool {
        let account: Account
        let numbers: [String]

        init(_ db: TestDatabase, hourly: Int?, daily: Int?) async throws {
            let made = try await db.tenant().account()
            account = made
            try await db.owner.run(
                """
                insert into numbers.inventory (tenant_id, number)
                select \(made.tenant.id),
                       '+1212' || translate(left(md5(n || \(made.id)::text), 7), '01abcdef', '23456789')
                  from generate_series(1, 2) n
                """)
            numbers = try await db.owner.run(
                """
                with made as (
                    insert into numbers.dids (tenant_id, account_id, number)
                    select tenant_id, \(made.id), number from numbers.inventory where tenant_id = \(made.tenant.id)
                    returning id, number
                ), pool as (
                    insert into routing.caller_id_pools (tenant_id, id, account_id, name, calls_per_number_hour,
                                                         calls_per_number_day)
                    values (\(made.tenant.id), \(made.id), \(made.id), 'x', \(hourly), \(daily))
                ), members as (
                    insert into routing.caller_id_pool_numbers (tenant_id, caller_id_pool_id, did_id, account_id)
                    select \(made.tenant.id), \(made.id), id, \(made.id) from made
                )
                select number from made order by number
                """
            ).values()
        }

        func show(
            _ number: Int, at time: String, times count: Int = 1, state: String = "finished",
            direction: String = "outbound"
        ) async throws {
            try await account.tenant.database.owner.run(
                """
                insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag,
                                                      source, direction, state, account_id, from_number, code,
                                                      finished_at, snapshot_version)
                select \(account.tenant.id), ('2026-06-01 ' || \(time) || 'Z')::timestamptz + n * interval '1 ms',
                       core.uuid_v7(), 'x', 'x', 'x', 'x', \(direction), \(state), \(account.id),
                       \(numbers[number]), 200, now(), 1
                  from generate_series(1, \(count)) n
                """)
        }

        /// What happens to the numbers: which of them rest, and until when.
        func rest(at time: String) async throws -> (changed: Int?, resting: [String]) {
            let changed = try await account.tenant.database.engine.run(
                "select routing.rest_pool_numbers(\(account.tenant.id), ('2026-06-01 ' || \(time) || 'Z')::timestamptz)"
            ).value(Int.self)
            let resting: [String] = try await account.tenant.database.owner.run(
                """
                select position || ' ' || coalesce(to_char(rested_until at time zone 'UTC', 'DD HH24:MI'), 'open')
                  from routing.caller_id_pool_numbers n
                  join numbers.dids d on d.tenant_id = n.tenant_id and d.id = n.did_id
                  join unnest(\(numbers)) with ordinality as t (number, position) on t.number = d.number
                 where n.tenant_id = \(account.tenant.id) and n.status = 'resting' order by 1
                """
            ).values()
            return (changed, resting)
        }
    }

    private func version() async throws -> Int? {
        try await db.owner.run("select version from core.snapshot_versions where name = 'routing'").value(Int.self)
    }

    @Test func `a number that was shown often enough rests until the hour is over`() async throws {
        let pool = try await Pool(db, hourly: 3, daily: nil)
        try await pool.show(0, at: "09:59:59", times: 5)
        try await pool.show(0, at: "10:01:00", times: 2)
        try await pool.show(1, at: "10:02:00", times: 2)
        let before = try await version()
        #expect(try await pool.rest(at: "10:30:00") == (0, []))
        #expect(try await version() == before)
        try await pool.show(0, at: "10:31:00")
        #expect(try await pool.rest(at: "10:32:00") == (1, ["1 01 11:00"]))
        #expect(try await version() == before.map { $0 + 1 })
        // It is done once, and undone when the hour is over.
        #expect(try await pool.rest(at: "10:59:59") == (0, ["1 01 11:00"]))
        #expect(try await pool.rest(at: "11:00:00") == (1, []))
        #expect(try await version() == before.map { $0 + 2 })
    }

    @Test func `a day's calls are enough for the day`() async throws {
        let pool = try await Pool(db, hourly: 3, daily: 4)
        try await pool.show(0, at: "00:00:00", times: 3)
        #expect(try await pool.rest(at: "00:30:00") == (1, ["1 01 01:00"]))
        try await pool.show(0, at: "05:00:00")
        // Its hour is over, and so is its day.
        #expect(try await pool.rest(at: "05:00:10") == (2, ["1 02 00:00"]))
        #expect(try await pool.rest(at: "23:59:59") == (0, ["1 02 00:00"]))
    }

    @Test func `only calls that went out under the number count`() async throws {
        let pool = try await Pool(db, hourly: 1, daily: nil)
        try await pool.show(0, at: "10:01:00", state: "refused")
        try await pool.show(0, at: "10:01:00", direction: "emergency")
        try await pool.show(0, at: "10:01:00", direction: "inbound")
        try await pool.show(0, at: "10:31:00")
        #expect(try await pool.rest(at: "10:30:00") == (0, []))
    }

    @Test func `a pool without limits, or one that is paused, is left alone`() async throws {
        let free = try await Pool(db, hourly: nil, daily: nil)
        let paused = try await Pool(db, hourly: 1, daily: 1)
        try await db.owner.run(
            "update routing.caller_id_pools set status = 'paused' where tenant_id = \(paused.account.tenant.id)")
        for pool in [free, paused] {
            try await pool.show(0, at: "10:01:00", times: 50)
            #expect(try await pool.rest(at: "10:30:00") == (0, []))
        }
    }

    @Test func `who was sent to rest by hand comes back at its time, and not before`() async throws {
        let pool = try await Pool(db, hourly: nil, daily: nil)
        try await db.owner.run(
            """
            update routing.caller_id_pool_numbers n
               set status = 'resting',
                   rested_until = case when d.number = \(pool.numbers[0]) then '2026-06-01 12:00Z'::timestamptz end
              from numbers.dids d
             where n.tenant_id = \(pool.account.tenant.id) and d.tenant_id = n.tenant_id and d.id = n.did_id
            """)
        #expect(try await pool.rest(at: "11:59:59") == (0, ["1 01 12:00", "2 open"]))
        #expect(try await pool.rest(at: "12:00:00") == (1, ["2 open"]))
    }
}
