import Postgres
import TestSupport
import Testing

/// billing.begins_cycle: the days on which cycles begin.
@Suite(.database) struct BeginsCycleTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The days of May 2026, which began on a Friday, that begin a cycle.
    @Test(arguments: [
        ("month", 1, "1"), ("month", 28, "28"), ("half_month", 1, "1 15"), ("half_month", 20, "6 20"),
        ("half_month", 14, "14 28"), ("week", 1, "4 11 18 25"), ("week", 12, "1 8 15 22 29"),
    ])
    func `the anchor is a day of the month, or of the week`(interval: String, anchor: Int, days: String) async throws {
        let found = try await db.app.run(
            """
            select string_agg(extract(day from d)::text, ' ' order by d)
              from generate_series('2026-05-01'::date, '2026-05-31', '1 day') d
             where billing.begins_cycle(\(interval), \(Int32(anchor)), d::date)
            """
        ).value(String.self)
        #expect(found == days)
    }
}
