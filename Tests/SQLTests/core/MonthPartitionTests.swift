import Postgres
import TestSupport
import Testing

/// core.month_partition: where a month is.
@Suite(.database) struct MonthPartitionTests {
    @Test func `a month that is there has a partition, others and other tables have none`() async throws {
        let db = try TestDatabase.suite
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2019-03-01')")
        for (table, day, expected) in [
            ("cdr.raw_cdr", "2019-03-01", "cdr.raw_cdr_p201903"), ("cdr.raw_cdr", "2019-03-31", "cdr.raw_cdr_p201903"),
            ("cdr.raw_cdr", "2019-04-01", nil), ("cdr.enriched_cdr", "2019-03-01", nil),
            ("core.tenants", "2019-03-01", nil),
            ("cdr.nothing", "2019-03-01", nil),
        ] as [(String, String, String?)] {
            let found =
                try await db.engine.run("select core.month_partition(\(table), \(day)::date)::text")
                .value(String?.self) ?? nil
            #expect(found == expected, "\(table) \(day)")
        }
    }
}
