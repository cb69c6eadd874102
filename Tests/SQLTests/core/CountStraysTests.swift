import Postgres
import TestSupport
import Testing

/// core.count_strays: what the default partitions have caught.
@Suite(.database) struct CountStraysTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func strays() async throws -> [String: Int] {
        let rows = try await db.engine.run("select name, strays from core.count_strays()")
            .decode(String.self, Int.self)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.1) })
    }

    @Test func `tells which default partitions have rows, of all tenants, and forgets them with their month`()
        async throws
    {
        #expect(try await strays() == [:])
        for _ in 0..<2 { try await db.tenant().fillEveryTable() }
        let caught = Dictionary(
            uniqueKeysWithValues: CreateMonthlyPartitionTests.timeTables.map { ($0 + "_default", 4) })
        #expect(try await strays() == caught)
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2001-01-01')")
        #expect(try await strays() == caught.filter { $0.key != "cdr.raw_cdr_default" })
    }
}
