import Foundation
import Postgres
import TestSupport
import Testing

/// core.apply_retention: each tenant loses, row by row, what it need not keep.
@Suite(.database, .serialized) struct ApplyRetentionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A call of an account, or of none, at a time.
    private func call(_ tenant: Tenant, _ account: Account?, _ time: String) async throws {
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code)
            values (\(tenant.id), \(time)::timestamptz, \(UUID()), 'x', \(account?.id), 200)
            """)
    }

    private func months(of tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select to_char(started_at at time zone 'UTC', 'YYYY-MM') from cdr.raw_cdr
             where tenant_id = \(tenant.id) order by 1
            """
        ).decode(String.self)
    }

    private func keep(_ tenant: Tenant, _ months: Int) async throws {
        try await db.owner.run(
            """
            insert into core.retention_policies (tenant_id, name, months)
            values (\(tenant.id), 'cdr.raw_cdr', \(months)::integer)
            """)
    }

    private func apply(limit: Int = 10_000, to table: String = "cdr.raw_cdr") async throws -> [Int] {
        try await db.engine.run(
            """
            select deleted from core.apply_retention(\(limit)::integer, '2026-11-26') where name = \(table)
            """
        ).decode(Int.self)
    }

    @Test func `deletes for each tenant what it need not keep, in whatever month it lies`() async throws {
        let (short, long) = (try await db.tenant(), try await db.tenant())
        try await keep(short, 18)
        try await keep(long, 100)
        for month in ["2015-03-10", "2020-05-10", "2025-02-10", "2026-10-10"] {
            try await call(short, nil, month)
            if month > "2016" { try await call(long, nil, month) }
        }
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2020-05-01')")
        #expect(try await apply() == [3])
        #expect(try await months(of: short) == ["2026-10"])
        #expect(try await months(of: long) == ["2020-05", "2025-02", "2026-10"])
        #expect(try await apply() == [])
    }

    @Test func `summaries go by the day that they are of`() async throws {
        let tenant = try await db.tenant()
        for day in ["2010-01-01", "2026-01-01"] {
            try await db.owner.run(
                """
                insert into cdr.daily_summary (tenant_id, day, direction, currency, pdd_histogram, rolled_up_at)
                values (\(tenant.id), \(day)::date, 'outbound', 'USD', array_fill(0, array[21]), now())
                """)
        }
        #expect(try await apply(to: "cdr.daily_summary") == [1])
    }

    @Test func `an erased document goes when nothing holds it and nothing points at it`() async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant
        for (title, status, hold) in [
            ("signed", "effective", false), ("held", "erased", true), ("named", "erased", false),
            ("gone", "erased", false),
        ] {
            try await db.owner.run(
                """
                insert into accounts.documents (tenant_id, account_id, kind, title, status, status_changed_at,
                                                reference, checksum, size_bytes, legal_hold)
                values (\(tenant.id), \(account.id), 'loa', \(title), \(status), '2010-01-01',
                        case \(status)::text when 'erased' then null else 'file:x' end, sha256('x'), 1, \(hold))
                """)
        }
        try await db.owner.run(
            """
            insert into numbers.port_requests (tenant_id, account_id, loa_document_id)
            select tenant_id, account_id, id from accounts.documents where tenant_id = \(tenant.id) and title = 'named'
            """)
        #expect(try await apply(to: "accounts.documents") == [1])
        let left = try await db.owner.run(
            "select title from accounts.documents where tenant_id = \(tenant.id) order by 1"
        ).decode(String.self)
        #expect(left == ["held", "named", "signed"])
    }

    @Test func `a legal hold keeps what is old, of the tenant or of one account`() async throws {
        let tenant = try await db.tenant()
        let (held, free) = (try await tenant.account(), try await tenant.account())
        try await call(tenant, held, "2021-01-10")
        try await call(tenant, free, "2021-01-11")
        try await call(tenant, nil, "2021-01-12")
        try await db.owner.run("update core.tenants set legal_hold = true where id = \(tenant.id)")
        _ = try await apply()
        #expect(try await months(of: tenant).count == 3)

        try await db.owner.run(
            """
            insert into core.legal_holds (tenant_id, account_id, matter, reason, placed_by)
            values (\(tenant.id), \(held.id), 'A v B', 'test', 'test')
            """)
        try await db.owner.run("update core.tenants set legal_hold = false where id = \(tenant.id)")
        _ = try await apply()
        #expect(try await months(of: tenant).count == 1)
    }

    @Test func `deletes no more than it was told to at once`() async throws {
        let tenant = try await db.tenant()
        for day in 10..<15 { try await call(tenant, nil, "2021-02-\(day)") }
        _ = try await apply(limit: 2)
        #expect(try await months(of: tenant).count == 3)
    }

    @Test func `what is append-only loses no single rows`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into audit.audit_log (tenant_id, occurred_at, actor, action, object)
            values (\(tenant.id), '2001-01-01', 'test', 'login', 'x')
            """)
        _ = try await apply()
        let left = try await db.owner.run(
            "select count(*) from audit.audit_log where tenant_id = \(tenant.id) and occurred_at < '2002-01-01'"
        ).value(Int.self)
        #expect(left == 1)
    }
}
