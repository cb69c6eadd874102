import Foundation
import Postgres
import TestSupport
import Testing

/// core.retained_since: before when the rows of a table may go.
@Suite(.database) struct RetainedSinceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func since(_ table: String, _ tenant: Tenant) async throws -> String? {
        try await db.owner.run(
            """
            select to_char(core.retained_since(\(tenant.id), \(table), '2026-11-26 23:30:00-05') at time zone 'UTC',
                           'YYYY-MM-DD HH24:MI')
            """
        ).value(String?.self) ?? nil
    }

    @Test func `is whole months, by the default or by the tenant's own`() async throws {
        let tenant = try await db.tenant()
        #expect(try await since("cdr.raw_cdr", tenant) == "2023-11-01 00:00")
        try await db.owner.run(
            "insert into core.retention_policies (tenant_id, name, months) values (\(tenant.id), 'cdr.raw_cdr', 18)")
        #expect(try await since("cdr.raw_cdr", tenant) == "2025-05-01 00:00")
    }

    @Test func `is never for a table without a retention`() async throws {
        #expect(try await since("billing.ledger", try await db.tenant()) == nil)
    }
}
