import Postgres
import TestSupport
import Testing

/// auth.permissions_of: what a user may.
@Suite(.database) struct PermissionsOfTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a user may what its roles permit, each once`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        try await db.owner.run("select auth.add_usual_roles(\(tenant.id))")
        func permissions() async throws -> [String] {
            try await db.owner.run("select unnest(auth.permissions_of(\(tenant.id), \(tenant.part(7))))")
                .values(String.self)
        }
        let before = try await permissions()
        #expect(before == ["cdr:read"])
        try await db.owner.run(
            """
            insert into auth.user_roles (tenant_id, user_id, role_id)
            select tenant_id, \(tenant.part(7)), id from auth.roles
             where tenant_id = \(tenant.id) and name in ('support', 'customer')
            """)
        #expect(
            try await permissions() == [
                "accounts:read", "billing:read", "cdr:read", "messaging:read", "numbers:read", "routing:read",
            ])
        #expect(
            try await db.owner.run("select auth.permissions_of(\(tenant.id), \(tenant.part(99)))::text")
                .value(String.self) == "{}")
    }
}
