import Postgres
import TestSupport
import Testing

/// billing.rate_call: the rules one by one. That it is always what the engine says, another test holds
/// (ServicesTests, RatingOracleTests).
@Suite(.database) struct RateCallTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// Columns of the extras with their values; none, and the call is priced without extras.
        var extras: [(String, String)] = []
        var parts = ""
        var terms = "0, 0.60, 0.60, 1, 1"
        var rest = "60, '2026-11-26 12:00Z'"
        let amount: String
        var billed = 60
        var included = 0
        var testDescription: String { name }
    }

    private static let step =
        "insert into billing.rate_steps (tenant_id, rate_extras_id, kind, from_s, rate, factor_bp) "
        + "values (TENANT, ID1, "
    private static let window =
        "insert into billing.rate_windows (tenant_id, rate_extras_id, position, days, opens_at, closes_at, factor_bp) "
        + "values (TENANT, ID1, "

    @Test(arguments: [
        Row(name: "the row alone", amount: "0.6"),
        Row(name: "published", terms: "0, 0.00137, 0.00137, 6, 6", rest: "205, now()", amount: "0.004795", billed: 210),
        Row(name: "rounded once", terms: "0, 0.0000003, 0, 1, 1", rest: "1, now()", amount: "0.00000001", billed: 1),
        Row(name: "no longer than a third", rest: "60, now(), 'answered', 0, 0, 1, 3", amount: "0.2"),
        Row(name: "converted", rest: "60, now(), 'answered', 0, 0, 1.1", amount: "0.66"),
        Row(name: "an attempt", extras: [("attempt_fee", "0.01")], amount: "0.61"),
        Row(
            name: "in vain", extras: [("attempt_fee", "0.01")], rest: "0, null, 'busy'", amount: "0.01", billed: 0),
        Row(
            name: "in vain and free", extras: [("attempt_fee", "0.01"), ("attempt_fee_for", "'{failed}'")],
            rest: "0, null, 'busy'", amount: "0", billed: 0),
        Row(name: "free", extras: [("free_s", "60")], terms: "1, 1, 1, 1, 1", amount: "0", billed: 0),
        Row(name: "free until it is longer", extras: [("free_s", "59")], amount: "0.6"),
        Row(
            name: "the first are free", extras: [("free_s", "59"), ("free_is_all_or_nothing", "false")],
            amount: "0.01", billed: 1),
        Row(name: "least seconds", extras: [("minimum_s", "90")], amount: "0.9", billed: 90),
        Row(name: "least amount", extras: [("minimum_amount", "0.7")], amount: "0.7"),
        Row(
            name: "least amount of what was included", extras: [("minimum_amount", "0.7")],
            rest: "60, now(), 'answered', 0, 1", amount: "0.59", included: 1),
        Row(name: "short", extras: [("short_call_s", "60"), ("short_call_fee", "0.1")], amount: "0.7"),
        Row(name: "not short", extras: [("short_call_s", "59"), ("short_call_fee", "0.1")], amount: "0.6"),
        Row(name: "capped", extras: [("cap_amount", "0.5"), ("attempt_fee", "0.1")], amount: "0.5"),
        Row(name: "a step", extras: [("free_s", "0")], parts: step + "'talk', 40, null, 5000)", amount: "0.5"),
        Row(
            name: "use before", extras: [("free_s", "0")], parts: step + "'usage', 40, 0.06, null)",
            rest: "60, now(), 'answered', 40", amount: "0.06"),
        Row(
            name: "use within", extras: [("usage_splits_call", "true")], parts: step + "'usage', 40, 0.06, null)",
            rest: "60, now(), 'answered', 0", amount: "0.42"),
        Row(
            name: "hours", extras: [("time_zone", "'America/New_York'")],
            parts: window + "1, '{4}', '07:00:30', '08:00', 5000)", amount: "0.45"),
        Row(
            name: "hours that are over", extras: [("time_zone", "'America/New_York'")],
            parts: window + "1, '{4}', '06:00', '07:00', 5000)", amount: "0.6"),
        Row(
            name: "a night that is over", extras: [("time_zone", "'America/New_York'")],
            parts: window + "1, '{3}', '22:00', '07:00', 5000)", amount: "0.6"),
        Row(
            name: "a holiday", extras: [("holidays", "'{2026-11-26}'")],
            parts: window + "1, '{4}', null, null, 5000); " + window + "2, '{8}', null, null, 0)", amount: "0"),
    ])
    func `a call costs what the rules say`(_ row: Row) async throws {
        let book: Book = try await db.book()
        if !row.extras.isEmpty {
            let columns = row.extras.map { $0.0 }.joined(separator: ", ")
            let values = row.extras.map { $0.1 }.joined(separator: ", ")
            try await book.run(
                """
                insert into billing.rate_extras (tenant_id, id, rate_plan_id, \(columns))
                values (TENANT, ID1, TENANT, \(values));
                \(row.parts)
                """)
        }
        let found = try await book.read(
            """
            select concat_ws(' ', trim_scale(amount), billed_s, included_s)
              from billing.rate_call(TENANT, \(row.extras.isEmpty ? "null" : "ID1"), \(row.terms), \(row.rest))
            """)
        #expect(found == ["\(row.amount) \(row.billed) \(row.included)"])
    }

    @Test func `extras that are not there are refused`() async throws {
        let book: Book = try await db.book()
        let refusal = try await book.refusal("select billing.rate_call(TENANT, ID2, 0, 1, 1, 1, 1, 60, now())")
        #expect(refusal?.description.hasPrefix("P0002") == true)
    }

    /// What the tables do not take, by the name of the constraint.
    @Test(arguments: [
        ("rate_extras (tenant_id) values (TENANT)", "extras_are_of_plan_or_deck"),
        (
            "rate_extras (tenant_id, rate_plan_id, free_s) values (TENANT, TENANT, -1)",
            "extras_seconds_between_0_and_a_day"
        ),
        (
            "rate_extras (tenant_id, rate_plan_id, direction) values (TENANT, TENANT, 'emergency')",
            "extras_are_outbound_or_inbound"
        ),
        (
            "rate_extras (tenant_id, rate_plan_id, attempt_fee_for) values (TENANT, TENANT, '{refused}')",
            "charged_outcomes_are_known"
        ),
        (
            "rate_extras (tenant_id, rate_plan_id, valid_from) values (TENANT, TENANT, '2026-01-01'), "
                + "(TENANT, TENANT, '2026-01-01')", "rate_extras_row_starts_once"
        ),
        (
            "rate_steps (tenant_id, rate_extras_id, kind, from_s) values (TENANT, ID1, 'talk', 1)",
            "rate_step_has_a_rate_or_a_factor"
        ),
        (
            "rate_windows (tenant_id, rate_extras_id, position, days, rate) values (TENANT, ID1, 1, '{9}', 1)",
            "window_days_are_between_1_and_8"
        ),
        (
            "rate_windows (tenant_id, rate_extras_id, position, opens_at, rate) values (TENANT, ID1, 1, '09:00', 1)",
            "window_has_both_times_or_none"
        ),
        (
            "rate_windows (tenant_id, rate_extras_id, position, factor_bp) values (TENANT, ID1, 1, 100001)",
            "factor_between_0_and_10_times"
        ),
    ])
    func `nonsense is refused`(row: String, constraint: String) async throws {
        let book: Book = try await db.book()
        try await book.run(
            "insert into billing.rate_extras (tenant_id, id, rate_plan_id, prefix) values (TENANT, ID1, TENANT, '1')")
        #expect(try await book.refusal("insert into billing.\(row)")?.constraint == constraint)
    }
}
