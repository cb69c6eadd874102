import Postgres
import TestSupport
import Testing

/// billing.guard_period: no entry is dated into a closed month.
@Suite(.database) struct GuardPeriodTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static func entry(_ at: String) -> String {
        """
        insert into billing.ledger (tenant_id, account_id, posted_at, source, source_id, currency)
        values (TENANT, ACCOUNT, '\(at)', 'adjustment', gen_random_uuid(), 'USD')
        """
    }

    @Test func `whoever posts it, and whatever was before the first close too`() async throws {
        let book = try await db.book()
        try await book.run(Self.entry("2026-02-15 00:00+00"))
        try await book.run("select billing.close_ledger(TENANT, '2026-02-01', 'x')")
        for at in ["2026-02-28 23:59:59.999999+00", "2026-02-01 00:00+00", "2025-12-31 00:00+00"] {
            #expect(
                try await book.refusal(Self.entry(at)) == Refusal("23514", "closed_month_takes_no_entry"), "\(at)")
        }
        try await book.run(Self.entry("2026-03-01 00:00+00"))
        let other = try await db.book()
        try await other.run(Self.entry("2026-02-15 00:00+00"))
    }

    @Test func `a close waits for an entry that was let in, and has it`() async throws {
        let book = try await db.book()
        let close = try await db.owner.lease { writer in
            try await writer.run("begin")
            try await writer.run(
                """
                insert into billing.ledger (tenant_id, account_id, posted_at, source, source_id, currency)
                values (\(book.tenant.id), \(book.account.id), '2026-02-15', 'adjustment', core.uuid_v7(), 'USD')
                """)
            async let close: [String] = book.read("select billing.close_ledger(TENANT, '2026-02-01', 'x')::text")
            try await Task.sleep(for: .milliseconds(200))
            try await writer.run("commit")
            return try await close
        }
        #expect(close.count == 1)
        #expect(
            try await book.read("select entry_count::text from billing.ledger_periods where tenant_id = TENANT")
                == ["1"])
    }
}
