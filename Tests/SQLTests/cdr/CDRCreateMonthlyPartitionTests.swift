import Foundation
import Postgres
import TestSupport
import Testing

/// cdr.create_monthly_partition: a month of raw, enriched and vendor records and of resellers' charges together.
@Suite(.database) struct CDRCreateMonthlyPartitionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `makes them all, and counts what was missing`() async throws {
        func make(_ day: String) async throws -> Int? {
            try await db.engine.run("select cdr.create_monthly_partition(\(day)::date)").value(Int.self)
        }
        #expect(try await make("2033-04-09") == 4)
        #expect(try await make("2033-04-10") == 0)
        try await db.engine.run("select core.create_monthly_partition('cdr.raw_cdr', '2033-05-01')")
        #expect(try await make("2033-05-01") == 3)
    }

    @Test func `without an argument it is this month`() async throws {
        #expect(try await db.engine.run("select cdr.create_monthly_partition()").value(Int.self) == 0)
    }
}
