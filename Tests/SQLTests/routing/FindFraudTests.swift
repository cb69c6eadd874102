import Foundation
import Postgres
import TestSupport
import Testing

/// routing.find_fraud: what looks like fraud in the last calls.
@Suite(.database) struct FindFraudTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func found(_ tenant: Tenant) async throws -> [String] {
        try await db.engine.run(
            """
            select name || ' ' || coalesce(prefix, '-') || ' ' || calls || case when minutes is null then ''
                   else ' ' || round(minutes) end
              from routing.find_fraud(\(tenant.id)) order by 1
            """
        ).values(String.self)
    }

    @Test func `many calls to one destination, those in progress too, of the window`() async throws {
        let tenant = try await db.tenant()
        let (busy, calm) = (try await tenant.account(), try await tenant.account())
        try await tenant.fraudRule("velocity", minCalls: 10)
        try await busy.call("+442079460958", 6, minutesAgo: 5)
        try await busy.call("+447700900123", 3, minutesAgo: 4, talk: 60)
        try await busy.call("+33140000000", 5, minutesAgo: 4)
        try await calm.call("+442079460958", 9, minutesAgo: 3)
        try await busy.call("+442079460958", 9, minutesAgo: 20)
        #expect(try await found(tenant) == [])
        try await busy.call("+442079460958", 1, minutesAgo: 1, talk: 0)
        #expect(try await found(tenant) == ["velocity 44 10 33"])
    }

    @Test func `many minutes, of calls above a price`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await tenant.fraudRule("velocity", minMinutes: "20", minRate: "0.3")
        try await account.call("+442079460958", 2, minutesAgo: 9, rate: "0.2", talk: 600)
        try await account.call("+442079460958", 2, minutesAgo: 9, rate: "0.3", talk: 540)
        #expect(try await found(tenant) == [])
        try await account.call("+442079460958", 1, minutesAgo: 5, rate: "0.4", talk: 150)
        #expect(try await found(tenant) == ["velocity 44 3 21"])
    }

    @Test func `a burst of short answered calls`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await tenant.fraudRule("short_call_burst", minCalls: 5, maxTalk: 10, minRate: "0.3")
        try await account.call("+442079460958", 20, minutesAgo: 4, talk: 60)
        try await account.call("+442079460958", 20, minutesAgo: 4)
        try await account.call("+442079460958", 4, minutesAgo: 3, talk: 10)
        #expect(try await found(tenant) == [])
        try await account.call("+442079460958", 1, minutesAgo: 2, talk: 3)
        #expect(try await found(tenant) == ["short_call_burst 44 5 1"])
    }

    @Test func `a dear country that nobody was reached in before`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await tenant.fraudRule("first_time_destination", minCalls: 1, minRate: "0.3", lookback: 30)
        try await db.owner.run(
            """
            insert into cdr.daily_summary (tenant_id, day, account_id, direction, prefix, country, currency, answered,
                                           calls, pdd_histogram, rolled_up_at)
            select \(tenant.id), (now() at time zone 'UTC')::date - ago, \(account.id), 'outbound', prefix, country,
                   'USD', answered, 1, array_fill(0, array[21]), now()
              from (values ('44', 'GB', 3, 1), ('33', 'FR', 40, 1), ('49', 'DE', 3, 0)) as s (prefix, country, ago,
                                                                                             answered)
            """)
        for called in ["+442079460958", "+33140000000", "+4930901820"] {
            try await account.call(called, 1, minutesAgo: 2, talk: 20)
        }
        try await account.call("+34910000000", 1, minutesAgo: 2, rate: "0.1", talk: 20)
        // France was called too long ago, and in Germany nobody answered.
        #expect(
            try await found(tenant) == ["first_time_destination 33 1 0", "first_time_destination 49 1 0"])
    }

    @Test func `what was reported counts no more`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let rule = try await tenant.fraudRule("velocity", minCalls: 3)
        try await account.call("+442079460958", 3, minutesAgo: 5)
        #expect(try await found(tenant).count == 1)
        try await db.engine.run(
            """
            select audit.report_incident(\(tenant.id), 'toll_fraud', 'high',
                       'fraud_rule:' || \(rule)::uuid || ':' || \(account.id)::uuid || ':44', 'x', \(account.id))
            """)
        #expect(try await found(tenant) == [])
    }

    @Test func `a rule of one account looks at no other, and one that is over at none`() async throws {
        let tenant = try await db.tenant()
        let (one, other) = (try await tenant.account(), try await tenant.account())
        try await tenant.fraudRule("velocity", minCalls: 1, of: one)
        let over = try await tenant.fraudRule("velocity", minCalls: 1)
        try await db.owner.run(
            "update routing.fraud_rules set valid_to = '2026-02-01' where tenant_id = \(tenant.id) and id = \(over)")
        try await other.call("+442079460958", 3, minutesAgo: 5)
        #expect(try await found(tenant) == [])
    }

    @Test func `a cap that was reached`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        try await tenant.cap("5", of: account, prefix: "44")
        _ = try await tenant.hold([CappedCall(account: account, wanted: "4", called: "+442079460958")])
        #expect(try await found(tenant) == [])
        _ = try await tenant.hold(
            (0..<2).map { _ in CappedCall(account: account, wanted: "4", called: "+442079460958") })
        #expect(try await found(tenant) == ["spend of a day 44 1"])
    }
}
