import Foundation
import Postgres
import TestSupport

@testable import Services
@testable import Telecom

/// A plan and a deck with extras by chance, in the database: every rule, by some prefixes, at some times.
struct RandomExtras {
    let tenant = UUID()
    let plan = UUID()
    let deck = UUID()
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { .random(in: range, using: &generator) }

    mutating func one<Value>(of values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    private mutating func maybe(_ range: ClosedRange<Int64>) -> Int64 { one(of: [0, number(range)]) }

    private mutating func fee() -> String { Money(units: maybe(1...50_000_000)).description }

    private mutating func change() -> String {
        one(of: ["null, \(number(0...20_000))", "\(Money(units: number(0...100_000_000))), null"])
    }

    /// Around the days on which clocks are changed and around a holiday, often at the second of an hour, and between.
    mutating func instant() -> Date {
        let days: [Int64] = [1_772_953_200, 1_793_512_800, 1_795_741_200, 1_795_741_200]
        let hour = one(of: days) + number(-26...26) * 3600
        let seconds = one(of: [hour, hour + number(-900...900), number(1_767_225_600...1_798_000_000)])
        return Date(microseconds: seconds * 1_000_000 + maybe(0...999_999))
    }

    static let prefixes = ["", "1", "1212", "44"]
    static let zones = ["UTC", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "America/Phoenix"]

    mutating func store(_ database: Database) async throws {
        var script = """
            insert into core.tenants (id, slug, name) values ('\(tenant)', 'r-\(tenant.text)', 'x');
            insert into billing.rate_plans (tenant_id, id, name) values ('\(tenant)', '\(plan)', 'x');
            insert into routing.carriers (tenant_id, id, name) values ('\(tenant)', '\(deck)', 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values ('\(tenant)', '\(deck)', '\(deck)', 'x', 'x.example');
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name)
            values ('\(tenant)', '\(deck)', '\(deck)', 'x');

            """
        for _ in 0..<12 { script += extras() }
        try await database.lease { [script] in try await $0.runScript(SQL(unescaped: script)) }
    }

    private mutating func extras() -> String {
        let id = UUID()
        let owner = one(of: [
            "'\(plan)', null, 'outbound'", "'\(plan)', null, 'inbound'", "null, '\(deck)', 'outbound'",
        ])
        let prefix = one(of: Self.prefixes)
        let from = one(of: ["-infinity", "2026-03-01", "2026-11-25 12:00Z"])
        let until = one(of: ["null", "'2026-11-26 18:00Z'"])
        let outcomes = one(of: ["{answered}", "{busy,failed}", "{answered,busy,no_answer,cancelled,failed}"])
        var script = """
            insert into billing.rate_extras (tenant_id, id, rate_plan_id, deck_id, direction, prefix, attempt_fee,
                attempt_fee_for, free_s, free_is_all_or_nothing, minimum_s, minimum_amount, short_call_s,
                short_call_fee, cap_amount, usage_splits_call, time_zone, holidays, valid_from, valid_to)
            values ('\(tenant)', '\(id)', \(owner), nullif('\(prefix)', ''), \(fee()), '\(outcomes)', \(maybe(1...90)),
                \(one(of: ["true", "false"])), \(maybe(1...90)), \(fee()), \(maybe(1...90)), \(fee()),
                \(one(of: ["null", "null", fee()])), \(one(of: ["true", "false"])), '\(one(of: Self.zones))',
                '\(one(of: ["{}", "{2026-11-26}", "{2026-11-25,2026-03-07,2026-11-01}"]))', '\(from)', \(until))
            on conflict do nothing;

            """
        let isThere = "where exists (select from billing.rate_extras where id = '\(id)')"
        for kind in ["talk", "usage"] {
            for _ in 0..<number(0...3) {
                script += """
                    insert into billing.rate_steps (tenant_id, rate_extras_id, kind, from_s, rate, factor_bp)
                    select '\(tenant)', '\(id)', '\(kind)', \(number(1...(kind == "talk" ? 500 : 4000))), \(change())
                    \(isThere) on conflict do nothing;

                    """
            }
        }
        for position in 0..<number(0...3) {
            let opens = number(0...1439)
            let days = one(of: ["{1,2,3,4,5}", "{6,7}", "{8}", "{8}", "{4,7}"])
            let hours = one(of: [
                "null, null", "'22:00', '02:00'", "'20:00', '06:00'", "'00:00', '24:00'",
                "'\(time(opens))', '\(time((opens + number(1...1439)) % 1440))'",
            ])
            script += """
                insert into billing.rate_windows (tenant_id, rate_extras_id, position, days, opens_at, closes_at, rate,
                                                  factor_bp)
                select '\(tenant)', '\(id)', \(position + 1), '\(days)', \(hours), \(change()) \(isThere);

                """
        }
        return script
    }

    private func time(_ minutes: Int64) -> String { "\(minutes / 60):\(minutes % 60)" }
}
