import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// The ledger is proved against calls that are in files alone.
@Suite(.database, .serialized, .enabled(if: ArchiveFixture.program != nil, "DuckDB is not installed"))
struct CountArchivedCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let month = "2020-05"

    /// Calls of an account that cost 1, 2.5 and nothing, and what a reseller above it paid; posted.
    private func call(_ fixture: ArchiveFixture) async throws -> UUID {
        let (tenant, account) = (fixture.tenants.0, UUID.v7())
        for table in ["cdr.enriched_cdr", "cdr.level_charges"] {
            try await db.owner.run(
                "select core.create_monthly_partition(\(table)::text::regclass, \(Self.month + "-01")::date)")
        }
        let ids = (0..<4).map { _ in UUID.v7() }
        _ = try await db.owner.run([
            "insert into accounts.accounts (tenant_id, id, ban, name) values (\(tenant), \(account), 'A', 'A')",
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code,
                currency, sell_amount, sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s,
                posted_at)
            select \(tenant), '2020-05-05', c.id, \(account), 'outbound', 'answered', 200, 'USD', c.amount, c.id, 1, 0,
                   6, 6, now()
              from unnest(\(Array(ids.prefix(3)))::uuid[], array[1, 2.5, 0]) c (id, amount)
            """,
            """
            insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level,
                rate_plan_id, rate_id, rate, connect_fee, initial_s, next_s, currency, amount, sold_currency)
            values (\(tenant), '2020-05-05', \(ids[3]), \(ids[0]), \(account), \(account), 1, \(tenant), \(tenant), 1,
                    0, 6, 6, 'USD', 0.75, 'USD')
            """,
            """
            select billing.post_calls(\(tenant), \(ids), array_fill(\(account)::uuid, array[4]),
                                      array_fill(null::uuid, array[4]), array[1, 2.5, 0, 0.75],
                                      array_fill('2020-05-05'::timestamptz, array[4]))
            """,
        ])
        return account
    }

    private func prove(_ fixture: ArchiveFixture, _ archive: CountArchivedCalls? = nil) async throws -> LedgerProof {
        var options = CheckLedger.Options()
        options.archive = archive
        return try await CheckLedger(db.engine, tenant: fixture.tenants.0)(options)
    }

    @Test func `what cannot be compared is counted, and compared by the files when it is asked for`() async throws {
        let fixture = try await ArchiveFixture(db)
        defer { fixture.remove() }
        let account = try await call(fixture)
        let before = try await prove(fixture)
        #expect(before.findings == [] && before.archivedEntries == [:])
        for table in ["cdr.enriched_cdr", "cdr.level_charges"] {
            #expect(try await DropArchived(db.engine)(fixture.write(table, Self.month)))
        }

        let passed = try await prove(fixture)
        #expect(passed.findings == [] && passed.archivedEntries == [Self.month: 3])
        let files = CountArchivedCalls(tool: fixture.tool)
        let read = try await prove(fixture, files)
        #expect(read.findings == [] && read.archivedEntries == [:])

        _ = try await db.owner.run([
            "set local session_replication_role = replica",
            """
            update billing.ledger set available = available - 1, counter = counter + 1
             where tenant_id = \(fixture.tenants.0) and account_id = \(account) and counter = 2.5
            """,
        ])
        let found = try await prove(fixture, files).findings.first { $0.problem.hasPrefix("archived") }
        #expect(found?.problem == "archived calls of 2020-05 differ from their entries" && found?.account == account)
        #expect(found?.expected == MoneySum("4.25") && found?.found == MoneySum("5.25"))

        let charges = try await fixture.record("cdr.level_charges", Self.month)
        try FileManager.default.removeItem(atPath: charges.path)
        let reason = try await fixture.refusal { _ = try await prove(fixture, files) }
        #expect(reason?.hasSuffix("is not there; name its directory with --from if it was moved") == true)
    }
}
