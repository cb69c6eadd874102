import Foundation
import Postgres
import TestSupport
import Testing

/// routing.watch_calls: what is done about fraud. One after the other, for they raise the version of one snapshot.
@Suite(.database, .serialized) struct WatchCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @discardableResult
    private func watch(_ tenant: Tenant) async throws -> [String] {
        try await db.engine.run(
            """
            select name || ' ' || action || ' ' || coalesce(prefix, '-') || case when is_new then ' new' else '' end
              from routing.watch_calls(\(tenant.id)) order by 1
            """
        ).values(String.self)
    }

    private func suspensions(_ tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select effect || ' ' || coalesce(prefix, '-') || ' '
                   || coalesce(extract(epoch from valid_to - valid_from)::integer::text, 'open')
              from routing.destination_rules where tenant_id = \(tenant.id) order by 1
            """
        ).values(String.self)
    }

    private func incidents(_ tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select kind || ' ' || status || ' ' || occurrences from audit.security_incidents
             where tenant_id = \(tenant.id) order by first_seen_at, id
            """
        ).values(String.self)
    }

    struct Act: CustomTestStringConvertible, Sendable {
        let action: String
        let suspensions: [String]
        let verdict: String
        var testDescription: String { action }
    }

    @Test(arguments: [
        Act(action: "alert", suspensions: [], verdict: "allowed"),
        Act(action: "block_prefix", suspensions: ["suspend 44 3600"], verdict: "destination_suspended"),
        Act(
            action: "suspend_international", suspensions: ["suspend_international - 3600"],
            verdict: "international_suspended"),
        Act(action: "suspend_account", suspensions: ["suspend - 3600"], verdict: "calling_suspended"),
    ])
    func `the action is done and reported, once`(_ row: Act) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await db.owner.run(
            """
            insert into routing.destination_rules (tenant_id, prefix, effect, valid_from, valid_to)
            values (\(tenant.id), '44', 'allow', '2026-01-01', now() + interval '1 day')
            """)
        try await tenant.fraudRule("velocity", action: row.action, minCalls: 3, lasts: 3600)
        try await account.call("+442079460958", 3, minutesAgo: 5)
        #expect(try await watch(tenant) == ["velocity \(row.action) 44 new"])
        #expect(try await watch(tenant) == [])
        #expect(try await incidents(tenant) == ["toll_fraud open 1"])
        let made = try await suspensions(tenant).filter { !$0.hasPrefix("allow") }
        #expect(made == row.suspensions)
        let verdicts = try await db.engine.run(
            """
            select verdict from routing.call_policy(\(tenant.id), \(account.id), '+442079460958')
            union all
            select verdict from routing.call_policy(\(tenant.id), \(account.id), '+442079460958',
                                                    now() + interval '61 minutes')
            """
        ).values(String.self)
        #expect(verdicts == [row.verdict, "allowed"])
    }

    @Test func `the routers are told of a suspension, and of an alert they need not know`() async throws {
        func version() async throws -> Int? {
            try await db.owner.run("select version from core.snapshot_versions where name = 'routing'").value(Int.self)
        }
        let (quiet, loud) = (try await db.tenant(), try await db.tenant())
        try await quiet.fraudRule("velocity", minCalls: 1)
        try await loud.fraudRule("velocity", action: "suspend_account", minCalls: 1)
        try await quiet.account().call("+442079460958", 1, minutesAgo: 1)
        try await loud.account().call("+442079460958", 1, minutesAgo: 1)
        let before = try await version()
        try await watch(quiet)
        #expect(try await version() == before)
        try await watch(loud)
        #expect(try await version() != before)
    }

    @Test func `who ends a suspension is not overruled by the same calls, but by new ones`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await tenant.fraudRule("velocity", action: "suspend_account", minCalls: 2)
        try await account.call("+442079460958", 2, minutesAgo: 5)
        try await watch(tenant)
        try await db.owner.run(
            """
            update routing.destination_rules set valid_to = valid_from + interval '1 microsecond'
             where tenant_id = \(tenant.id)
            """)
        try await db.owner.run(
            """
            update audit.security_incidents set last_seen_at = now() - interval '2 minutes',
                   first_seen_at = now() - interval '3 minutes' where tenant_id = \(tenant.id)
            """)
        try await account.call("+442079460958", 1, minutesAgo: 1)
        #expect(try await watch(tenant) == [])
        try await account.call("+442079460958", 1, minutesAgo: 1)
        #expect(try await watch(tenant) == ["velocity suspend_account 44"])
        #expect(try await incidents(tenant) == ["toll_fraud open 2"])
        #expect(try await suspensions(tenant) == ["suspend - 0", "suspend - open"])
    }

    @Test func `a cap that is reached suspends as it says`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        try await tenant.cap("5", of: account, action: "suspend_international")
        _ = try await tenant.hold([CappedCall(account: account, wanted: "9")])
        #expect(try await watch(tenant) == ["spend of a day suspend_international - new"])
        #expect(try await suspensions(tenant) == ["suspend_international - open"])
        #expect(try await watch(tenant) == [])
    }
}
