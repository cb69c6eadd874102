import Foundation
import Postgres
import TestSupport
import Testing

/// Without a context the API sees and changes nothing, on any table: the policies fail closed.
@Suite(.database) struct NoContextTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Contexts that name nobody, and what is left behind by one that did.
    static let nobody: [String] = [
        "select 1",
        "select core.set_context(null, null, null, null)",
        "select core.set_context(null, 'tenant', null, null)",
        "select core.set_context('TENANT', null, null, null)",
        "select core.set_context('TENANT', 'account', null, null)",
        "select core.set_context('TENANT', 'account', '{}', null)",
        "select core.set_context('TENANT', 'account', array['OTHER']::uuid[], null)",
        "select core.set_context('OTHER', 'tenant', null, null)",
        "select set_config('app.account_scope', 'tenant', true)",
        "select set_config('app.tenant_id', 'TENANT', true)",
        "select set_config('app.tenant_id', 'TENANT', true), set_config('app.account_scope', 'TENANT', true)",
        "select set_config('app.tenant_id', '', true), set_config('app.account_scope', 'tenant', true)",
    ]

    @Test(arguments: nobody) func `sees nothing and changes nothing`(context: String) async throws {
        let tenant = try await db.sharedTenant()
        let before = try await tenant.rowCounts()
        let opening = SQL(
            unescaped: context.replacing("TENANT", with: "\(tenant.id)").replacing("OTHER", with: "\(UUID())"))
        for table in try await db.tables() where table.hasTenant && !table.verbs.isEmpty {
            let name = table.name
            let seen = try await db.app.run([opening, "select count(*) from \(unescaped: name)"]).last?.value(Int.self)
            #expect(seen == 0, "\(name)")
            if table.verbs.contains("update") {
                let changed = try await db.app.run([opening, "update \(unescaped: name) set \(unescaped: table.touch)"])
                #expect(changed.last?.affected == 0, "\(name)")
            }
            if table.verbs.contains("delete") {
                #expect(
                    try await db.app.run([opening, "delete from \(unescaped: name)"]).last?.affected == 0, "\(name)")
            }
            if table.verbs.contains("insert") {
                let refusal = try await db.insertCopy(of: table, from: tenant, context: opening)
                // A guard of what staff decides may be asked before the row policy.
                #expect(refusal?.sqlState == "42501", "\(name)")
            }
        }
        #expect(try await tenant.rowCounts() == before)
    }

    @Test func `a tenant is not seen by another, nor by nobody`() async throws {
        let tenant = try await db.tenant()
        let other = try await db.tenant()
        let contexts: [(SQL, Int)] = [("select 1", 0), (tenant.staff, 1), (tenant.people(of: []), 1)]
        for (context, seen) in contexts {
            #expect(try await db.app.run([context, "select count(*) from core.tenants"]).last?.value(Int.self) == seen)
        }
        let found = try await db.app.run([other.staff, "select id from core.tenants"]).last?.decode(UUID.self)
        #expect(found == [other.id])
    }

    /// What is no id is an error on every table, never a row.
    @Test(arguments: [
        "select set_config('app.tenant_id', 'garbage', true), set_config('app.account_scope', 'tenant', true)",
        "select set_config('app.tenant_id', ' ', true), set_config('app.account_scope', 'tenant', true)",
        "select set_config('app.tenant_id', '%', true), set_config('app.account_scope', 'tenant', true)",
        "select set_config('app.tenant_id', 'TENANT,TENANT', true), set_config('app.account_scope', 'tenant', true)",
        "select set_config('app.tenant_id', 'TENANT', true), set_config('app.account_ids', 'garbage', true)",
        "select set_config('app.tenant_id', 'TENANT', true), set_config('app.account_ids', 'FIRST;FIRST', true)",
        "select set_config('app.tenant_id', 'TENANT', true), set_config('app.account_ids', 'FIRST,', true)",
    ])
    func `garbage in a setting shows nothing`(context: String) async throws {
        let tenant = try await db.sharedTenant()
        let opening = SQL(
            unescaped: context.replacing("TENANT", with: "\(tenant.id)").replacing(
                "FIRST", with: "\(tenant.firstAccount)"))
        for table in try await db.tables() where table.hasTenant && table.verbs.contains("select") {
            do {
                let seen = try await db.app.run([opening, "select count(*) from \(unescaped: table.name)"])
                #expect(try seen.last?.value(Int.self) == 0, "\(table)")
            } catch {
                #expect(error.sqlState == "22P02", "\(table)")
            }
        }
    }
}
