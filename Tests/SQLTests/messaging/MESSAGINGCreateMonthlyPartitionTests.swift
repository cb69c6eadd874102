import Foundation
import Postgres
import TestSupport
import Testing

/// messaging.create_monthly_partition: a month of messages, their parts and webhook attempts together.
///
/// One test after the other, for the reason of CreateMonthlyPartitionTests: one of them fills every table.
@Suite(.database, .serialized) struct MESSAGINGCreateMonthlyPartitionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `makes all three, and counts what was missing`() async throws {
        func make(_ day: String) async throws -> Int? {
            try await db.engine.run("select messaging.create_monthly_partition(\(day)::text::date)").value(Int.self)
        }
        #expect(try await make("2033-04-09") == 3)
        #expect(try await make("2033-04-10") == 0)
        try await db.engine.run("select core.create_monthly_partition('messaging.mdr', '2033-05-01')")
        #expect(try await make("2033-05-01") == 2)
    }

    @Test func `without an argument it is this month`() async throws {
        #expect(try await db.engine.run("select messaging.create_monthly_partition()").value(Int.self) == 0)
    }

    /// The reason that parts have no key to their message: to a key a row that moves is a row that goes.
    @Test func `a message that moves out of the default partition keeps its parts`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        #expect(
            try await db.engine.run("select messaging.create_monthly_partition('2001-01-01')").value(Int.self) == 3)
        let left = try await db.owner.run(
            """
            select (select count(*) from messaging.mdr_p200101 where tenant_id = \(tenant.id)),
                   (select count(*) from messaging.mdr_parts_p200101 where tenant_id = \(tenant.id)),
                   (select count(*) from messaging.webhook_attempts_p200101 where tenant_id = \(tenant.id))
            """
        ).first(Int.self, Int.self, Int.self)
        let (messages, parts, attempts) = try #require(left)
        #expect(messages == 2 && parts == 2 && attempts == 2)
    }
}
