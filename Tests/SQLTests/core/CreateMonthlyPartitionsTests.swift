import Foundation
import Postgres
import TestSupport
import Testing

/// core.create_monthly_partitions: the months ahead of every time table, as the program asks for daily.
@Suite(.database) struct CreateMonthlyPartitionsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `makes what is missing and counts it`() async throws {
        let tables = CreateMonthlyPartitionTests.timeTables.count
        func make(_ day: String, _ months: Int) async throws -> Int? {
            try await db.engine.run("select core.create_monthly_partitions(\(day)::date, \(months)::integer)")
                .value(Int.self)
        }
        #expect(try await make("2032-11-30", 3) == 3 * tables)
        #expect(try await make("2032-11-30", 3) == 0)
        #expect(try await make("2032-12-31", 3) == tables)
        #expect(try await make("2032-12-31", 0) == 0)
        let months = try await db.owner.run(
            """
            select inhrelid::regclass::text from pg_inherits
             where inhparent = 'cdr.raw_cdr'::regclass and inhrelid::regclass::text ~ '_p203[23]' order by 1
            """
        ).decode(String.self)
        #expect(
            months == ["11", "12"].map { "cdr.raw_cdr_p2032\($0)" } + ["01", "02"].map { "cdr.raw_cdr_p2033\($0)" })
    }

    /// The locks of more months than a year has do not fit into the memory that a server has as it comes.
    @Test(arguments: [
        ("'2032-01-01'", "13"), ("'2032-01-01'", "-1"), ("'2032-01-01'", "null"), ("null", "3"), ("'infinity'", "3"),
        ("'0044-03-15 BC'", "3"), ("'9998-01-01'", "12"),
    ])
    func `what are no months is refused`(from: String, months: String) async throws {
        let refusal = try await Refusal.of {
            try await db.engine.run(
                "select core.create_monthly_partitions(\(unescaped: from)::date, \(unescaped: months)::integer)")
        }
        #expect(refusal == .badParameter)
    }

    @Test func `without arguments it looks three months ahead`() async throws {
        // The suite's database has been given its months when it was made, perhaps before midnight.
        _ = try await db.engine.run("select core.create_monthly_partitions()")
        #expect(try await db.engine.run("select core.create_monthly_partitions()").value(Int.self) == 0)
        let ready = try await db.owner.run(
            """
            select bool_and(to_regclass('cdr.raw_cdr_p' || to_char(month, 'YYYYMM')) is not null)
              from generate_series(date_trunc('month', now() at time zone 'UTC'),
                                   date_trunc('month', now() at time zone 'UTC') + interval '2 months',
                                   interval '1 month') month
            """
        ).value(Bool.self)
        #expect(ready == true)
    }
}
