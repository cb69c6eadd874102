import Foundation
import Postgres
import TestSupport
import Testing

/// core.open_tenant: an operator with somebody who lets the others in.
@Suite(.database) struct OpenTenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func open(_ id: UUID, slug: String, email: String, country: String = "US") -> SQL {
        """
        select user_id, expires_at > now() + interval '6 days'
          from core.open_tenant(\(id), \(slug), 'Test', \(country), 'USD', \(email), 'Ann', sha256('x'), '7 days')
        """
    }

    @Test func `it has the usual roles, an administrator and a link`() async throws {
        let (id, name) = (UUID(), UUID().uuidString.lowercased())
        let made = try await db.engine.run(open(id, slug: "o" + name, email: "Ann-\(name)@x.example"))
            .first(UUID.self, Bool.self)
        let (user, lasts) = try #require(made)
        #expect(lasts)
        let facts = try await db.owner.run(
            """
            select concat_ws(' ', t.status, u.status, u.name, r.name, l.purpose, l.account_id,
                             (select count(*) from auth.roles o where o.tenant_id = t.id)),
                   u.email = l.email and u.email = lower(u.email)
              from core.tenants t
              join auth.users u on u.tenant_id = t.id and u.id = \(user)
              join auth.user_roles ur on ur.tenant_id = t.id and ur.user_id = u.id
              join auth.roles r on r.tenant_id = t.id and r.id = ur.role_id
              join auth.user_tokens l on l.tenant_id = t.id and l.user_id = u.id and l.token_hash = sha256('x')
             where t.id = \(id)
            """
        ).decode(String.self, Bool.self)
        #expect(facts.map(\.0) == ["active invited Ann admin invitation 4"])
        #expect(facts.map(\.1) == [true])
    }

    @Test func `what is there already, or is none, makes nothing`() async throws {
        let name = UUID().uuidString.lowercased()
        let (slug, email) = ("p" + name, "\(name)@x.example")
        try await db.engine.run(open(UUID(), slug: slug, email: email))
        for (statement, constraint) in [
            (open(UUID(), slug: slug, email: "b-" + email), "slug_is_taken_once"),
            (open(UUID(), slug: "q" + name, email: email), "email_is_claimed_once"),
            (open(UUID(), slug: "Q", email: "c-" + email), "slug_is_a_short_name"),
            (open(UUID(), slug: "r" + name, email: "nobody"), "email_is_lower_case_with_an_at"),
            (open(UUID(), slug: "s" + name, email: "d-" + email, country: "XX"), "tenant_has_home_country"),
        ] {
            let refusal = try await Refusal.of { try await db.engine.run(statement) }
            #expect(refusal?.constraint == constraint)
        }
        let made = try await db.owner.run("select count(*) from core.tenants where slug like \("_" + name)")
            .value(Int.self)
        #expect(made == 1)
    }

    @Test func `the API may not, and the tenant of traffic without an owner is never suspended`() async throws {
        let refusal = try await Refusal.of { try await db.app.run(open(UUID(), slug: "x", email: "x@x.example")) }
        #expect(refusal == .notPermitted)
        let suspended = try await Refusal.of {
            try await db.engine.run(
                "update core.tenants set status = 'suspended' where id = core.unattributed_tenant()")
        }
        #expect(suspended == Refusal("23514", "unattributed_tenant_is_active"))
    }
}
