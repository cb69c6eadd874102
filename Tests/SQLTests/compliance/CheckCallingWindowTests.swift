import Foundation
import Postgres
import TestSupport
import Testing

/// compliance.check_calling_window: inside the window in every zone of the area code, by the rules of that day.
@Suite(.database) struct CheckCallingWindowTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// "allowed", or the code; the most calls a day behind it.
    private func check(_ number: String, at time: String, for account: Account) async throws -> String? {
        try await db.engine.run(
            """
            select concat_ws(' ', case when is_allowed then 'allowed' else code end, max_calls_day)
              from compliance.check_calling_window(\(account.tenant.id), \(account.id), \([number]), 'voice',
                                                   \(time)::timestamptz)
            """
        ).value(String.self)
    }

    /// The country's rule, and one of Alabama: not on Sundays, and three calls a day.
    private func addRules(_ tenant: Tenant) async throws {
        try await db.owner.run(
            """
            insert into compliance.calling_windows (tenant_id, region, weekdays, opens_at, closes_at, max_calls_day,
                                                    valid_from, source)
            values (\(tenant.id), null, '{1,2,3,4,5,6,7}', '08:00', '21:00', null, '2020-01-01', '47 CFR 64.1200'),
                   (\(tenant.id), 'AL', '{1,2,3,4,5,6}', '08:00', '20:00', 3, '2020-01-01', 'test')
            """)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let number: String
        let at: String
        let answer: String

        var testDescription: String { "\(number) \(at)" }
    }

    static let cases: [Case] = [
        Case(number: "+12125550100", at: "2026-11-23 08:00:00-05", answer: "allowed"),
        Case(number: "+12125550100", at: "2026-11-23 07:59:59-05", answer: "outside_window"),
        Case(number: "+12125550100", at: "2026-11-23 21:00:00-05", answer: "outside_window"),
        Case(number: "+12125550100", at: "2026-11-22 12:00:00-05", answer: "allowed"),
        Case(number: "+12055550100", at: "2026-11-23 12:00:00-06", answer: "allowed 3"),
        Case(number: "+12055550100", at: "2026-11-22 12:00:00-06", answer: "outside_window 3"),
        Case(number: "+12055550100", at: "2026-11-23 20:30:00-06", answer: "outside_window 3"),
        Case(number: "+12085550100", at: "2026-11-23 08:30:00-07", answer: "outside_window"),  // Idaho has two zones
        Case(number: "+12085550100", at: "2026-11-23 09:30:00-07", answer: "allowed"),
        Case(number: "+12125550100", at: "2019-11-23 12:00:00-05", answer: "no_rule"),
        Case(number: "+19995550100", at: "2026-11-23 12:00:00-05", answer: "unknown_region"),
        Case(number: "+442071838750", at: "2026-11-23 12:00:00-05", answer: "unknown_region"),
        Case(number: "anonymous", at: "2026-11-23 12:00:00-05", answer: "unknown_region"),
    ]

    @Test func `is allowed where and when the rules say so`() async throws {
        let account = try await db.tenant().account()
        try await addRules(account.tenant)
        for line in Self.cases {
            #expect(try await check(line.number, at: line.at, for: account) == line.answer, "\(line.testDescription)")
        }
    }

    @Test func `without any rule nobody is called`() async throws {
        let account = try await db.tenant().account()
        #expect(try await check("+12125550100", at: "2026-11-23 12:00:00-05", for: account) == "no_rule")
    }

    @Test func `an account's rules only narrow the operator's`() async throws {
        let account = try await db.tenant().account()
        let other = try await account.tenant.account()
        try await addRules(account.tenant)
        try await db.owner.run(
            """
            insert into compliance.calling_windows (tenant_id, account_id, opens_at, closes_at, valid_from, source)
            values (\(account.tenant.id), \(account.id), '10:00', '22:00', '2020-01-01', 'own')
            """)
        for (time, mine, theirs) in [
            ("09:00:00", "outside_window", "allowed"), ("10:00:00", "allowed", "allowed"),
            ("21:30:00", "outside_window", "outside_window"),
        ] {
            #expect(try await check("+12125550100", at: "2026-11-23 \(time)-05", for: account) == mine, "\(time)")
            #expect(try await check("+12125550100", at: "2026-11-23 \(time)-05", for: other) == theirs, "\(time)")
        }
    }
}
