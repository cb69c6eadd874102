import Foundation
import Postgres
import TestSupport
import Testing

/// audit.record: a login, an export, for the tenant of the context alone.
@Suite(.database) struct RecordTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func record(_ tenant: Tenant, _ action: String, context: SQL) async throws -> Refusal? {
        try await Refusal.of {
            _ = try await db.app.run([
                context, "select audit.record(\(tenant.id), \(action), 'cdr.raw_cdr', null, null, '{\"rows\": 5}')",
            ])
        }
    }

    @Test func `is written with who did it`() async throws {
        let tenant = try await db.tenant()
        #expect(try await record(tenant, "export", context: tenant.staff) == nil)
        let found = try await db.owner.run(
            """
            select action || ' ' || object || ' ' || new_values from audit.audit_log
             where tenant_id = \(tenant.id) and action = 'export'
            """
        ).value(String.self)
        #expect(found == #"export cdr.raw_cdr {"rows": 5}"#)
    }

    @Test(arguments: ["login", "logout", "view", "export"])
    func `people of an account record what they do there, and nothing of another`(action: String) async throws {
        let tenant = try await db.tenant()
        let (mine, other) = (try await tenant.account(), try await tenant.account())
        func record(_ account: UUID?, _ context: SQL) async throws -> Refusal? {
            try await Refusal.of {
                _ = try await db.app.run([
                    context, "select audit.record(\(tenant.id), \(action), 'cdr.raw_cdr', null, \(account), '{}')",
                ])
            }
        }
        let people = tenant.people(of: [mine.id])
        #expect(try await record(mine.id, people) == nil)
        #expect(try await record(other.id, people) == .notPermitted)
        #expect(try await record(nil, people) == .notPermitted)
        #expect(try await record(mine.id, tenant.people(of: [])) == .notPermitted)
        #expect(try await record(other.id, tenant.staff) == nil)
        #expect(try await record(nil, tenant.staff) == nil)
    }

    @Test func `not for another tenant, and no change of a row`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        #expect(try await record(tenant, "export", context: other.staff) == .notPermitted)
        #expect(try await record(tenant, "update", context: tenant.staff) == .badParameter)
    }
}
