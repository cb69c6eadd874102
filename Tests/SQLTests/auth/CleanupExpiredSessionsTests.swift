import Foundation
import Postgres
import TestSupport
import Testing

/// auth.cleanup_expired_sessions: what ended long enough ago goes, of all tenants.
///
/// One test after the other, for each looks at the sessions of all tenants.
@Suite(.database, .serialized) struct CleanupExpiredSessionsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func user(_ tenant: Tenant) async throws -> UUID {
        let id = UUID()
        try await db.owner.run(
            """
            insert into auth.users (tenant_id, id, email, name)
            values (\(tenant.id), \(id), \("\(id.uuidString.lowercased())@x.example"), 'x')
            """)
        return id
    }

    /// A session with its three ends, as intervals from now.
    private func session(
        _ tenant: Tenant, _ user: UUID, idle: String, end: String, revoked: String? = nil
    ) async throws {
        try await db.owner.run(
            """
            insert into auth.sessions (tenant_id, user_id, token_hash, idle_expires_at, expires_at, revoked_at,
                                       revoked_reason)
            values (\(tenant.id), \(user), sha256(uuid_send(gen_random_uuid())), now() + \(idle)::text::interval,
                    now() + \(end)::text::interval, now() + \(revoked)::text::interval,
                    case when \(revoked)::text is not null then 'logout' end)
            """)
    }

    private func cleanUp(keeping kept: String = "7 days") async throws -> Int? {
        try await db.engine.run("select auth.cleanup_expired_sessions(\(kept)::text::interval)").value(Int.self)
    }

    private func sessions(_ tenant: Tenant) async throws -> Int? {
        try await db.owner.run("select count(*) from auth.sessions where tenant_id = \(tenant.id)").value(Int.self)
    }

    @Test func `idle, old and revoked ones go after they were kept, and no others`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (user, stranger) = (try await user(tenant), try await user(other))
        try await session(tenant, user, idle: "1 hour", end: "1 day")
        try await session(tenant, user, idle: "-8 days", end: "1 day")
        try await session(tenant, user, idle: "-6 days", end: "1 day")
        try await session(tenant, user, idle: "-9 days", end: "-8 days")
        try await session(tenant, user, idle: "1 hour", end: "1 day", revoked: "-8 days")
        try await session(tenant, user, idle: "1 hour", end: "1 day", revoked: "-1 hour")
        try await session(other, stranger, idle: "-30 days", end: "1 day")

        #expect(try await cleanUp() == 4)
        #expect(try await sessions(tenant) == 3)
        #expect(try await sessions(other) == 0)
        #expect(try await cleanUp() == 0)
        #expect(try await cleanUp(keeping: "0") == 2)
        #expect(try await sessions(tenant) == 1)
    }

    @Test(arguments: ["-1 second", "-100 years", nil]) func `what is in use stays`(kept: String?) async throws {
        let tenant = try await db.tenant()
        try await session(tenant, try await user(tenant), idle: "1 hour", end: "1 day")
        let refusal = try await Refusal.of {
            try await db.engine.run("select auth.cleanup_expired_sessions(\(kept)::text::interval)")
        }
        #expect(refusal == .badParameter)
        #expect(try await sessions(tenant) == 1)
    }

    @Test func `one-time tokens go likewise`() async throws {
        let tenant = try await db.tenant()
        let user = try await user(tenant)
        for (purpose, end, used) in [
            ("invitation", "-8 days", nil), ("password_reset", "1 hour", "-8 days"), ("email_change", "1 hour", nil),
        ] as [(String, String, String?)] {
            try await db.owner.run(
                """
                insert into auth.user_tokens (tenant_id, user_id, purpose, token_hash, email, expires_at, used_at)
                values (\(tenant.id), \(user), \(purpose), sha256(uuid_send(gen_random_uuid())), 'x@x.example',
                        now() + \(end)::text::interval, now() + \(used)::text::interval)
                """)
        }
        #expect(try await cleanUp() == 2)
        let left = try await db.owner.run(
            "select purpose from auth.user_tokens where tenant_id = \(tenant.id)"
        ).decode(String.self)
        #expect(left == ["email_change"])
    }

    @Test func `is the engine's job, and shows it no token`() async throws {
        let refusal = try await Refusal.of { try await db.app.run("select auth.cleanup_expired_sessions()") }
        #expect(refusal == .notPermitted)
        for table in ["sessions", "user_tokens"] {
            let refusal = try await Refusal.of { try await db.engine.run("select 1 from auth.\(unescaped: table)") }
            #expect(refusal == .notPermitted)
        }
    }
}
