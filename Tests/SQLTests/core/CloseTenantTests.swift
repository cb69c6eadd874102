import Foundation
import Postgres
import TestSupport
import Testing

/// core.close_tenant: a tenant serves no more, and its data waits.
@Suite(.database) struct CloseTenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `closes, revokes keys, and the time to wait only grows`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into auth.api_keys (tenant_id, name, key_prefix, key_sha256)
            values (\(tenant.id), 'x', left(md5(\(tenant.id)::text), 16), sha256('x'))
            """)
        func close(_ wait: String) async throws -> String? {
            try await db.owner.run(
                """
                select round(extract(epoch from core.close_tenant(\(tenant.id), 'left us', \(wait)::interval) - now())
                             / 86400)::text
                """
            ).value(String.self)
        }
        let long = try await close("40 days")
        #expect(try await close("2 days") == long)
        let facts = try await db.owner.run(
            """
            select t.status || ' ' || t.closed_reason || ' ' || (t.closed_at is not null) || ' ' ||
                   (select count(*) from auth.api_keys k where k.tenant_id = t.id and k.revoked_at is null)
              from core.tenants t where t.id = \(tenant.id)
            """
        ).value(String.self)
        #expect(facts == "closed left us true 0")
    }

    @Test func `whoever was let in is out: sessions, tokens, SMPP logins and webhooks`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        try await db.owner.run("select core.close_tenant(\(tenant.id), 'left us')")
        let open = try await db.owner.run(
            """
            select (select count(*) from auth.sessions s where s.tenant_id = \(tenant.id) and s.revoked_at is null)
                 + (select count(*) from auth.user_tokens u
                     where u.tenant_id = \(tenant.id) and u.revoked_at is null and u.used_at is null)
                 + (select count(*) from messaging.customer_sms_auth c
                     where c.tenant_id = \(tenant.id) and c.status = 'active')
                 + (select count(*) from integration.webhooks w
                     where w.tenant_id = \(tenant.id) and w.status = 'active')
            """
        ).value(Int.self)
        #expect(open == 0)
    }

    @Test(arguments: ["-1 second", nil] as [String?]) func `data is kept for some time`(wait: String?) async throws {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            try await db.owner.run("select core.close_tenant(\(tenant.id), 'x', \(wait)::interval)")
        }
        #expect(refusal == .badParameter)
    }

    @Test func `the tenant of traffic without an owner stays, and nobody is closed who is not there`() async throws {
        let refusal = try await Refusal.of {
            try await db.owner.run("select core.close_tenant(core.unattributed_tenant(), 'x')")
        }
        #expect(refusal == Refusal("23001", "unattributed_tenant_stays"))
        #expect(
            try await Refusal.of { try await db.owner.run("select core.close_tenant(\(UUID()), 'x')") }
                == Refusal("P0002"))
    }

    @Test func `the API may not, but as the engine`() async throws {
        let tenant = try await db.tenant()
        #expect(
            try await Refusal.of { try await db.engine.run("select core.close_tenant(\(tenant.id), 'x')") } == nil)
        #expect(
            try await Refusal.of { try await db.app.run("select core.close_tenant(\(tenant.id), 'x')") }
                == .notPermitted)
    }
}
