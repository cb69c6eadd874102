import Foundation
import Postgres
import TestSupport
import Testing

/// With the context of one tenant nothing of another can be seen, changed, made or pointed at, on any table.
@Suite(.database) struct TenantIsolationTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Two tenants with rows in every table.
    private func twoTenants() async throws -> (mine: Tenant, other: Tenant) {
        (try await db.sharedTenant(), try await db.sharedTenant("other"))
    }

    @Test func `every table of a tenant has rows in these tests`() async throws {
        let (mine, _) = try await twoTenants()
        let empty = try await mine.rowCounts().filter { $0.value == 0 && $0.key != "core.tombstones" }.keys.sorted()
        #expect(empty == [], "put a row there in fillEveryTable()")
    }

    @Test func `staff see all rows of their tenant and none of another`() async throws {
        let (mine, _) = try await twoTenants()
        let counts = try await mine.rowCounts()
        let report = try db.cluster.client(db.name, role: "heddle_report")
        for (client, role) in [(db.app, "heddle_app"), (report, "heddle_report")] {
            let tables = try await db.tables(for: role).filter { $0.hasTenant && $0.verbs.contains("select") }
            #expect(tables.count > 25)
            for table in tables {
                let seen = try await client.run([
                    mine.staff,
                    """
                    select count(tenant_id), count(tenant_id) filter (where tenant_id = \(mine.id))
                      from \(unescaped: table.name)
                    """,
                ]).last?.first(Int.self, Int.self)
                let (all, own) = try #require(seen)
                #expect(all == own, "\(role) \(table)")
                #expect(own == counts[table.name], "\(role) \(table)")
            }
        }
        await report.close()
    }

    @Test func `rows of another tenant are neither updated nor deleted`() async throws {
        let (mine, other) = try await twoTenants()
        let before = try await other.rowCounts()
        for table in try await db.tables() where table.hasTenant {
            let rows: SQL = "\(unescaped: table.name) t"
            if table.verbs.contains("update") {
                let changed = try await db.app.run([
                    mine.staff, "update \(rows) set \(unescaped: table.touch) where t.tenant_id = \(other.id)",
                ])
                #expect(changed.last?.affected == 0, "\(table)")
            }
            if table.verbs.contains("delete") {
                let deleted = try await db.app.run([mine.staff, "delete from \(rows) where t.tenant_id = \(other.id)"])
                #expect(deleted.last?.affected == 0, "\(table)")
            }
        }
        #expect(try await other.rowCounts() == before)
    }

    /// INSERT … SELECT in its three forms; a distributed database has been seen to check only the last two.
    @Test(arguments: ["", "on conflict do nothing", "returning tenant_id"])
    func `a row cannot be made for another tenant`(suffix: String) async throws {
        let (mine, other) = try await twoTenants()
        for table in try await db.tables() where table.hasTenant && table.verbs.contains("insert") {
            let refusal = try await db.insertCopy(of: table, from: other, context: mine.staff, suffix: suffix)
            #expect(refusal == .rowPolicy, "\(table)")
        }
    }

    /// What refuses a change before the row policy is asked, because nobody may make it.
    private static let guardedBefore = [
        "billing.rate_cards": Refusal("23001", "rate_card_is_kept_as_published"),
        "cdr.reconciliation_items": Refusal("42501"), "compliance.dnc_list_entries": .notPermitted,
    ]

    @Test func `a row cannot be given to another tenant`() async throws {
        let (mine, other) = try await twoTenants()
        for table in try await db.tables() where table.hasTenant && table.verbs.contains("update") {
            let refusal = try await Refusal.of {
                _ = try await db.app.run([mine.staff, "update \(unescaped: table.name) set tenant_id = \(other.id)"])
            }
            #expect(refusal == Self.guardedBefore[table.name] ?? .rowPolicy, "\(table)")
        }
    }

    @Test func `nothing can be copied in by the API, whatever the context`() async throws {
        let (mine, _) = try await twoTenants()
        for table in try await db.tables() where table.hasTenant && table.verbs.contains("insert") {
            let refusal = try await Refusal.of {
                try await db.app.transaction(context: mine.staff) { session in
                    _ = try await session.copyIn("\(unescaped: table.name) (tenant_id)") { _ in }
                }
            }
            #expect(refusal == Refusal("0A000"), "\(table)")
        }
    }

    @Test func `what is copied out is of the tenant alone`() async throws {
        let (mine, _) = try await twoTenants()
        let counts = try await mine.rowCounts()
        for table in try await db.tables() where table.hasTenant && table.verbs.contains("select") {
            let copied = try await db.app.transaction(context: mine.staff) { session in
                var rows = 0
                try await session.copyOut("(select tenant_id from \(unescaped: table.name))") { _ in rows += 1 }
                return rows
            }
            #expect(copied == counts[table.name], "\(table)")
        }
    }

    @Test func `partitions are reached through their table only`() async throws {
        let (mine, _) = try await twoTenants()
        let partitions = try await db.owner.run(
            "select c.oid::regclass::text from pg_class c where c.relispartition and c.relkind = 'r' order by 1"
        ).decode(String.self)
        #expect(partitions.count >= 4 * 4)
        for partition in partitions {
            for client in [db.app, db.engine] {
                for statement in ["select count(*) from \(partition)", "delete from \(partition)"] {
                    let refusal = try await Refusal.of {
                        _ = try await client.run([mine.staff, SQL(unescaped: statement)])
                    }
                    #expect(refusal == .notPermitted, "\(statement)")
                }
            }
            // And a careless grant would still show nothing.
            let shown = try await db.owner.transaction { session in
                try await session.run("grant select on \(unescaped: partition) to heddle_app")
                try await session.run("set local role heddle_app")
                try await session.run(mine.staff)
                let rows = try await session.run("select count(*) from \(unescaped: partition)").value(Int.self)
                try await session.run("reset role")
                try await session.run("revoke select on \(unescaped: partition) from heddle_app")
                return rows
            }
            #expect(shown == 0, "\(partition)")
        }
    }

    /// Keys of one tenant, columns of another: whatever the code does, no row points across; `ForeignKeyTests` tries.
    @Test func `no foreign key reaches into another tenant`() async throws {
        let keys = try await db.owner.run(
            """
            select k.conrelid::regclass || ' ' || k.conname
              from pg_constraint k
              join pg_attribute a on a.attrelid = k.confrelid and a.attname = 'tenant_id' and not a.attisdropped
             where k.contype = 'f' and k.conparentid = 0
               and not exists (select from generate_subscripts(k.conkey, 1) i
                                where k.confkey[i] = a.attnum
                                  and k.conkey[i] = (select attnum from pg_attribute
                                                      where attrelid = k.conrelid and attname = 'tenant_id'))
             order by 1
            """
        ).decode(String.self)
        #expect(keys == [], "put tenant_id on both sides of the key")
    }
}
