import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.keep_retention_minimum: no tenant keeps less than the law asks for.
@Suite(.database) struct KeepRetentionMinimumTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func keep(_ table: String, _ months: Int, _ tenant: Tenant) async throws -> Refusal? {
        try await Refusal.of {
            _ = try await db.app.run([
                tenant.staff,
                """
                insert into core.retention_policies (tenant_id, name, months)
                values (\(tenant.id), \(table), \(months)::integer)
                on conflict (tenant_id, name) do update set months = excluded.months
                """,
            ])
        }
    }

    @Test func `the minimum is kept, also by a change`() async throws {
        let tenant = try await db.tenant()
        let refused = Refusal("23514", "retention_not_below_statutory_minimum")
        #expect(try await keep("cdr.raw_cdr", 17, tenant) == refused)
        #expect(try await keep("cdr.raw_cdr", 18, tenant) == nil)
        #expect(try await keep("cdr.raw_cdr", 6, tenant) == refused)
    }

    @Test func `a table without a default is kept for ever`() async throws {
        let tenant = try await db.tenant()
        #expect(
            try await keep("billing.ledger", 12, tenant) == Refusal("23503", "retention_is_of_a_known_table"))
    }
}
