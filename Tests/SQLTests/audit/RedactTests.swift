import Foundation
import Postgres
import TestSupport
import Testing

/// audit.redact: erasing reaches the trail, and the chain over it still proves all else.
@Suite(.database, .serialized) struct RedactTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private struct Found: Error {
        let problems: [String]
    }

    private static let name = "Jolanda Doeringer"

    /// An account whose trail is sealed, erased after that.
    private func erased() async throws -> Account {
        let account = try await db.tenant().account()
        let (tenant, id) = (account.tenant.id, account.id)
        _ = try await db.app.run([
            account.tenant.staff,
            """
            insert into accounts.contacts (tenant_id, account_id, name, email)
            values (\(tenant), \(id), \(Self.name), 'jo@doe.example')
            """,
            "select audit.record(\(tenant), 'login', 'auth.users', null, \(id), '{\"email\": \"jo@doe.example\"}')",
        ])
        try await db.engine.run("select audit.seal(\(tenant))")
        try await erase(account)
        return account
    }

    private func erase(_ account: Account) async throws {
        try await db.engine.run(
            """
            select core.pseudonymise_account(\(account.tenant.id), \(account.id),
                                             convert_to('0123456789abcdef', 'UTF8'))
            """)
    }

    private func problems(_ tenant: Tenant, after deed: SQL = "select 1") async throws -> [String] {
        do {
            try await db.owner.transaction { session in
                try await session.run("set local session_replication_role = replica")
                try await session.run(deed)
                throw Found(
                    problems: try await session.run(
                        "select distinct problem from audit.verify(\(tenant.id)) order by 1"
                    ).values(String.self))
            }
            return []  // it threw
        } catch let found as Found {
            return found.problems
        }
    }

    @Test func `nothing of the person is left in the trail, and it verifies before and after the next link`()
        async throws
    {
        let account = try await erased()
        let tenant = account.tenant
        let left = try await db.owner.run(
            """
            select count(*) from audit.audit_log l
             where l.tenant_id = \(tenant.id) and (l::text like \("%\(Self.name)%") or l::text like '%jo@doe.example%')
            """
        ).value(Int.self)
        #expect(left == 0)
        #expect(try await problems(tenant) == [])
        try await db.engine.run("select audit.seal(\(tenant.id))")
        #expect(try await problems(tenant) == [])
        let erasures = try await db.owner.run(
            "select count(*) from audit.audit_log where tenant_id = \(tenant.id) and action = 'erase'"
        ).value(Int.self)
        try await erase(account)
        let again = try await db.owner.run(
            "select count(*) from audit.audit_log where tenant_id = \(tenant.id) and action = 'erase'"
        ).value(Int.self)
        #expect(try #require(erasures) > 0 && again == erasures)
    }

    /// What is redacted anew, as when a column is listed later, goes on from where it was.
    @Test func `a second redaction follows the first`() async throws {
        let tenant = try await erased().tenant
        try await db.engine.run("select audit.seal(\(tenant.id))")
        let again: SQL =
            """
            with changed as (
                select l.occurred_at, l.id, audit.row_hash(l) as before from audit.audit_log l
                 where l.tenant_id = \(tenant.id) and l.action = 'insert' and l.object = 'accounts.contacts'
            ), redacted as (
                update audit.audit_log l set new_values = '{}', salt = gen_random_uuid()
                  from changed c where l.tenant_id = \(tenant.id) and l.id = c.id and l.occurred_at = c.occurred_at
                returning l.id, c.before, audit.row_hash(l) as after
            )
            insert into audit.audit_log (tenant_id, actor, action, object, object_id, old_values, new_values)
            select \(tenant.id), 'x', 'erase', 'audit.audit_log', r.id,
                   jsonb_build_object('hash', encode(r.before, 'hex')),
                   jsonb_build_object('hash', encode(r.after, 'hex'))
              from redacted r
            """
        #expect(try await problems(tenant, after: again) == [])
    }

    @Test func `what was changed otherwise is still found`() async throws {
        let tenant = try await erased().tenant
        try await db.engine.run("select audit.seal(\(tenant.id))")
        let row: SQL =
            "tenant_id = \(tenant.id) and action = 'insert' and object = 'accounts.contacts'"
        #expect(
            try await problems(tenant, after: "update audit.audit_log set actor = 'eve' where \(row)")
                == ["row was changed"])
        #expect(
            try await problems(
                tenant, after: "delete from audit.audit_log where tenant_id = \(tenant.id) and action = 'erase'"
            ) == ["row is missing", "row was changed"])
    }

    @Test func `nobody redacts by hand, and a row that keeps its salt keeps what it says`() async throws {
        let tenant = try await db.tenant()
        for client in [db.app, db.engine] {
            #expect(
                try await Refusal.of {
                    try await client.run("select audit.redact(\(tenant.id), \(tenant.id), 'x'::bytea, 1)")
                } == .notPermitted)
        }
        for change: SQL in ["new_values = '{}'", "actor = 'eve', salt = gen_random_uuid()"] {
            #expect(
                try await Refusal.of {
                    try await db.owner.run("update audit.audit_log set \(change) where tenant_id = \(tenant.id)")
                } == Refusal("23001", "audit_log_is_append_only"))
        }
    }
}
