import Foundation
import Postgres
import TestSupport
import Testing

/// With the context of some accounts only their rows are there, and of what belongs to staff nothing.
@Suite(.database) struct AccountScopeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Which accounts' rows a context sees; staff tables have none.
    private func seen(_ table: CatalogTable, _ context: SQL) async throws -> Set<UUID?> {
        let owner: SQL = table.name == "accounts.accounts" ? "id" : table.hasAccount ? "account_id" : "null::uuid"
        let rows = try await db.app.run([context, "select distinct \(owner) from \(unescaped: table.name)"])
        return Set(try rows[1].decode(UUID?.self))
    }

    /// Tables that an account's people never see, although some of them name an account.
    static let staffOnly: Set<String> = [
        "accounts.feature_flags", "audit.compliance_records", "audit.security_incidents", "cdr.daily_summary",
        "cdr.hourly_summary", "core.legal_holds", "routing.account_partitions", "billing.spend_caps",
        "routing.account_profiles", "routing.call_limits", "routing.destination_rules", "routing.fraud_rules",
        "routing.route_rules", "billing.rerate_runs", "billing.rerate_calls",
    ]

    @Test func `people of an account see its rows alone`() async throws {
        let tenant = try await db.sharedTenant()
        let context = tenant.people(of: [tenant.firstAccount])
        for table in try await db.tables() where table.hasTenant && table.verbs.contains("select") {
            let isTheirs =
                (table.hasAccount || table.name == "accounts.accounts") && !Self.staffOnly.contains(table.name)
            #expect(try await seen(table, context) == (isTheirs ? [tenant.firstAccount] : []), "\(table)")
        }
    }

    @Test func `people of several accounts see the rows of each`() async throws {
        let tenant = try await db.sharedTenant()
        let both = tenant.people(of: [tenant.secondAccount, tenant.firstAccount])
        for table in try await db.tables() where table.hasAccount && !Self.staffOnly.contains(table.name) {
            #expect(try await seen(table, both) == [tenant.firstAccount, tenant.secondAccount], "\(table)")
        }
    }

    @Test func `an account of another tenant in the list shows nothing`() async throws {
        let (tenant, other) = (try await db.sharedTenant(), try await db.sharedTenant("other"))
        for table in try await db.tables() where table.hasAccount {
            #expect(try await seen(table, tenant.people(of: [other.firstAccount])) == [], "\(table)")
        }
    }

    @Test func `a row cannot be made for, or given to, another account`() async throws {
        let tenant = try await db.sharedTenant()
        let context = tenant.people(of: [tenant.firstAccount])
        for table in try await db.tables() where table.hasAccount {
            let name = table.name
            if table.verbs.contains("insert") {
                let change = #"{"account_id": "\#(tenant.secondAccount)"}"#
                let refusal = try await db.insertCopy(of: table, from: tenant, changing: change, context: context)
                // By its policy, or before that by what no account writes at all.
                #expect(refusal?.sqlState == "42501", "\(name)")
            }
            if table.verbs.contains("update") && !Self.staffOnly.contains(name) {
                let refusal = try await Refusal.of {
                    _ = try await db.app.run([
                        context, "update \(unescaped: name) set account_id = \(tenant.secondAccount)",
                    ])
                }
                #expect(refusal?.sqlState == "42501", "\(name)")
            }
        }
    }

    @Test func `rows without an account are the staff's`() async throws {
        let tenant = try await db.sharedTenant()
        let count: SQL = "select count(*) from auth.users where account_id is null"
        #expect(try await db.app.run([tenant.staff, count]).last?.value(Int.self) == 1)
        #expect(try await db.app.run([tenant.people(of: [tenant.firstAccount]), count]).last?.value(Int.self) == 0)
    }
}
