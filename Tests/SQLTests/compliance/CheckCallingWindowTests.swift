import Foundation
import Postgres
import TestSupport
import Testing

/// compliance.check_calling_window: inside the window in every zone of the area code, by the rules of that day.
@Suite(.database) struct CheckCallingWindowTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// "allowed", or the code; the most calls a day behind it.
    private func check(
        _ number: String, at time: String, for account: Account, channel: String = "voice"
    ) async throws -> String? {
        try await db.engine.run(
            """
            select concat_ws(' ', case when is_allowed then 'allowed' else code end, max_calls_day)
              from compliance.check_calling_window(\(account.tenant.id), \(account.id), \([number]), \(channel),
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

    /// By the law alone (ref.calling_windows, ref.calling_limits).
    static let laws: [Case] = [
        Case(number: "+12125550100", at: "2026-11-23 08:00:00-05", answer: "allowed"),
        Case(number: "+12125550100", at: "2026-11-23 07:59:59-05", answer: "outside_window"),
        Case(number: "+12125550100", at: "2026-11-23 20:59:59-05", answer: "allowed"),
        Case(number: "+12125550100", at: "2026-11-23 21:00:00-05", answer: "outside_window"),
        Case(number: "+12125550100", at: "2026-11-22 12:00:00-05", answer: "allowed"),
        Case(number: "+12055550100", at: "2026-11-23 12:00:00-06", answer: "allowed"),
        Case(number: "+12055550100", at: "2026-11-22 12:00:00-06", answer: "outside_window"),  // Alabama, on a Sunday
        Case(number: "+12055550100", at: "2026-11-23 20:30:00-06", answer: "outside_window"),
        Case(number: "+12055550100", at: "2026-11-26 12:00:00-06", answer: "holiday"),
        Case(number: "+12155550100", at: "2026-11-26 12:00:00-05", answer: "holiday"),  // Pennsylvania
        Case(number: "+12125550100", at: "2026-11-26 12:00:00-05", answer: "allowed"),
        Case(number: "+13055550100", at: "2026-11-23 19:59:59-05", answer: "allowed 3"),  // Florida
        Case(number: "+13055550100", at: "2026-11-23 20:00:00-05", answer: "outside_window 3"),
        Case(number: "+12145550100", at: "2026-11-22 11:59:59-06", answer: "outside_window"),  // Texas, on a Sunday
        Case(number: "+12145550100", at: "2026-11-22 12:00:00-06", answer: "allowed"),
        Case(number: "+12145550100", at: "2026-11-23 08:59:59-06", answer: "outside_window"),
        Case(number: "+14105550100", at: "2023-11-20 20:30:00-05", answer: "allowed"),  // before Maryland's law
        Case(number: "+14105550100", at: "2024-11-25 20:30:00-05", answer: "outside_window 3"),
        Case(number: "+12085550100", at: "2026-11-23 08:30:00-07", answer: "outside_window"),  // Idaho has two zones
        Case(number: "+12085550100", at: "2026-11-23 09:00:00-07", answer: "allowed"),
        Case(number: "+12085550100", at: "2026-11-23 21:00:00-07", answer: "outside_window"),
        Case(number: "+14165550100", at: "2026-11-23 12:00:00-05", answer: "no_rule"),  // Canada
        Case(number: "+19995550100", at: "2026-11-23 12:00:00-05", answer: "unknown_region"),
        Case(number: "+442071838750", at: "2026-11-23 12:00:00-05", answer: "unknown_region"),
        Case(number: "anonymous", at: "2026-11-23 12:00:00-05", answer: "unknown_region"),
    ]

    @Test func `without rules of its own it is as the law says`() async throws {
        let account = try await db.tenant().account()
        for line in Self.laws {
            #expect(try await check(line.number, at: line.at, for: account) == line.answer, "\(line.testDescription)")
        }
    }

    @Test func `a text is a call to the federal rule, and keeps what a state says of texts`() async throws {
        let account = try await db.tenant().account()
        for (number, time, answer) in [
            ("+12125550100", "2026-11-23 07:30:00-05", "outside_window"),
            ("+12125550100", "2026-11-23 12:00-05", "allowed"),
            ("+12145550100", "2026-11-23 08:30:00-06", "outside_window"),  // Texas, of texts too
            ("+13055550100", "2026-11-23 20:30:00-05", "allowed"),  // Florida's row is of calls
        ] {
            #expect(try await check(number, at: time, for: account, channel: "sms") == answer, "\(number) \(time)")
        }
    }

    @Test func `an operator's rules only narrow the law`() async throws {
        let account = try await db.tenant().account()
        try await addRules(account.tenant)
        for line in Self.laws where line.number.hasPrefix("+1212") || line.answer == "unknown_region" {
            #expect(try await check(line.number, at: line.at, for: account) == line.answer, "\(line.testDescription)")
        }
        for (time, answer) in [
            ("2026-11-23 12:00:00-06", "allowed 3"), ("2026-11-22 12:00:00-06", "outside_window 3"),
            ("2026-11-23 20:30:00-06", "outside_window 3"), ("2026-11-26 12:00:00-06", "holiday 3"),
        ] {
            #expect(try await check("+12055550100", at: time, for: account) == answer, "\(time)")
        }
        try await db.owner.run(
            """
            insert into compliance.calling_windows (tenant_id, region, opens_at, closes_at, valid_from, source)
            values (\(account.tenant.id), 'NY', '06:00', '23:00', '2020-01-01', 'too wide'),
                   (\(account.tenant.id), 'FL', '10:00', '18:00', '2020-01-01', 'ours')
            """)
        for (number, time, answer) in [
            ("+12125550100", "07:00:00", "outside_window"), ("+12125550100", "20:30:00", "allowed"),
            ("+13055550100", "09:30:00", "outside_window 3"), ("+13055550100", "10:30:00", "allowed 3"),
        ] {
            #expect(try await check(number, at: "2026-11-23 \(time)-05", for: account) == answer, "\(number) \(time)")
        }
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
