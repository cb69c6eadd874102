import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger compliance.record_entries: changes of do-not-call entries are in the trail, but those of registries.
@Suite(.database) struct RecordEntriesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [("company", 2), ("blocked_callers", 3), ("litigator", 3), ("national", 0), ("wireless", 0)])
    func `by the kind of the list`(kind: String, records: Int) async throws {
        let account = try await db.tenant().account()
        let (tenant, id) = (account.tenant.id, account.id)
        try await db.owner.run(
            """
            insert into compliance.dnc_lists (tenant_id, id, account_id, name, kind, max_age_days)
            values (\(tenant), \(id), \(id), 'x', \(kind), 31)
            """)
        try await db.engine.run(
            """
            insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, account_id, number)
            values (\(tenant), \(id), \(id), '+12125550100')
            """)
        _ = try await db.app.run([
            account.tenant.staff, "select core.set_request_context('Jane Doe', null, null)",
            """
            update compliance.dnc_list_entries set expires_at = now() + interval '1 hour', ended_reason = 'x'
             where tenant_id = \(tenant)
            """,
        ])
        if kind != "company" {
            try await db.engine.run("delete from compliance.dnc_list_entries where tenant_id = \(tenant)")
        }
        let trail = try await db.owner.run(
            """
            select action || ' ' || actor || ' ' || object_key || ' ' || (account_id = \(id))
              from audit.audit_log where tenant_id = \(tenant) and object = 'compliance.dnc_list_entries' order by id
            """
        ).values(String.self)
        #expect(trail.count == records)
        let key = "\(id.uuidString.lowercased()) +12125550100 true"
        if records > 0 {
            #expect(trail.prefix(2) == ["insert heddle_engine \(key)", "update Jane Doe \(key)"])
        }
    }
}
