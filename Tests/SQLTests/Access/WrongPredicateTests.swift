import Foundation
import Postgres
import TestSupport
import Testing

/// Statements whose own condition is wrong, as a fault of the program would make it: the row policy stands behind it.
@Suite(.database) struct WrongPredicateTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// MINE and OTHER stand for tenants. The last ones tell of a row, by an error, when they are asked about it at all.
    static let predicates = [
        "true", "t.tenant_id = OTHER", "t.tenant_id <> MINE", "t.tenant_id = MINE or true",
        "t.tenant_id in (MINE, OTHER)", "t.tenant_id is not null", "t.tenant_id::text like '%'",
        "not (t.tenant_id = MINE and t.tenant_id <> MINE)", "t.tenant_id = coalesce(null, t.tenant_id)",
        "1 / (t.tenant_id = MINE)::integer = 1", "(case when t.tenant_id = MINE then '1' else 'x' end)::integer = 1",
    ]

    @Test func `staff reach no row of another tenant`() async throws {
        let (mine, other) = try await twoTenants()
        try await reachNothing(of: other, as: mine.staff, mine, strange: "t.tenant_id <> \(mine.id)") { _ in true }
    }

    @Test func `people of an account reach no row of another account or tenant`() async throws {
        let (mine, other) = try await twoTenants()
        let people = mine.people(of: [mine.firstAccount])
        let strange: SQL = "(t.tenant_id <> \(mine.id) or t.account_id is distinct from \(mine.firstAccount))"
        try await reachNothing(of: other, as: people, mine, strange: strange, where: \.hasAccount)
    }

    private func twoTenants() async throws -> (mine: Tenant, other: Tenant) {
        (try await db.sharedTenant(), try await db.sharedTenant("other"))
    }

    /// Reads, changes and deletes by every wrong condition; what is strange must not be among it.
    private func reachNothing(
        of other: Tenant, as context: SQL, _ mine: Tenant, strange: SQL, where isMeant: (CatalogTable) -> Bool
    ) async throws {
        let before = try await other.digests()
        for table in try await db.tables() where table.hasTenant && isMeant(table) {
            for predicate in Self.predicates {
                let text = predicate.replacing("MINE", with: "'\(mine.id)'").replacing("OTHER", with: "'\(other.id)'")
                let condition: SQL = "(\(unescaped: text)) and \(strange)"
                let rows: SQL = "\(unescaped: table.name) t"
                if table.verbs.contains("select") {
                    let seen = try await db.app.run([context, "select count(*) from \(rows) where \(condition)"])
                    #expect(try seen.last?.value(Int.self) == 0, "\(table) \(predicate)")
                }
                if table.verbs.contains("update") {
                    let changed = try await db.app.run([
                        context, "update \(rows) set \(unescaped: table.touch) where \(condition)",
                    ])
                    #expect(changed.last?.affected == 0, "\(table) \(predicate)")
                }
                if table.verbs.contains("delete") {
                    let deleted = try await db.app.run([context, "delete from \(rows) where \(condition)"])
                    #expect(deleted.last?.affected == 0, "\(table) \(predicate)")
                }
            }
        }
        #expect(try await other.digests() == before)
    }
}
