import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.refuse_change: what is written to an append-only table stays, also for its owner.
@Suite(.database) struct RefuseChangeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let guarded = ["billing.ledger", "audit.audit_log"]

    private func fill(_ tenant: Tenant) async throws {
        _ = try await tenant.account(balance: "1")
        try await db.owner.run(
            """
            insert into audit.audit_log (tenant_id, actor, action, object)
            values (\(tenant.id), 'test', 'insert', 'core.tenants')
            """)
    }

    @Test(arguments: guarded) func `refuses update, delete and truncate`(table: String) async throws {
        let tenant = try await db.tenant()
        try await fill(tenant)
        let name = table.split(separator: ".")[1]
        let refused = Refusal("23001", "\(name)_is_append_only")
        for statement in [
            "update \(table) set created_at = created_at where tenant_id = '\(tenant.id)'",
            "delete from \(table) where tenant_id = '\(tenant.id)'",
            "truncate \(table)",
        ] {
            let refusal = try await Refusal.of { try await db.owner.run(SQL(unescaped: statement)) }
            #expect(refusal == refused, "\(statement)")
        }
    }

    @Test func `rows of a month are guarded as those of the default partition are`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into audit.audit_log (tenant_id, occurred_at, actor, action, object)
            select \(tenant.id), t, 'test', 'insert', 'core.tenants'
              from unnest(array[now(), '2001-01-01'::timestamptz]) t
            """)
        for time in ["> '2002-01-01'", "< '2002-01-01'"] {
            let refusal = try await Refusal.of {
                try await db.owner.run(
                    "delete from audit.audit_log where tenant_id = \(tenant.id) and occurred_at \(unescaped: time)")
            }
            #expect(refusal == Refusal("23001", "audit_log_is_append_only"))
        }
    }

    @Test func `the purge of a tenant takes its rows along`() async throws {
        let tenant = try await db.tenant()
        try await fill(tenant)
        try await tenant.makePurgeable()
        try await db.owner.run("delete from core.tenants where id = \(tenant.id)")
        #expect(try await tenant.postings() == 0)
        let audited = try await db.owner.run(
            "select count(*) from audit.audit_log where tenant_id = \(tenant.id)"
        ).value(Int.self)
        #expect(audited == 0)
    }
}
