import Postgres
import TestSupport
import Testing

/// auth.add_usual_roles: the roles that an operator begins with.
@Suite(.database) struct AddUsualRolesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `they are made once, and those of their names stay as they are`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            "insert into auth.roles (tenant_id, name, description) values (\(tenant.id), 'finance', 'Ours')")
        for expected in [3, 0] {
            let made = try await db.owner.run("select auth.add_usual_roles(\(tenant.id))").value(Int.self)
            #expect(made == expected)
        }
        let roles = try await db.owner.run(
            """
            select r.name, count(rp.permission) = (select count(*) - 2 from auth.permissions), count(rp.permission) = 0,
                   coalesce(bool_or(rp.permission in ('support:enter', 'tenants:write')), false)
              from auth.roles r
              left join auth.role_permissions rp on rp.tenant_id = r.tenant_id and rp.role_id = r.id
             where r.tenant_id = \(tenant.id)
             group by r.name order by r.name
            """
        ).decode(String.self, Bool.self, Bool.self, Bool.self)
        #expect(roles.map(\.0) == ["admin", "customer", "finance", "support"])
        #expect(roles.filter(\.1).map(\.0) == ["admin"])
        #expect(roles.filter(\.2).map(\.0) == ["finance"])
        #expect(roles.allSatisfy { !$0.3 })
    }
}
