import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger audit.record_change: every change of every table, by whom, and only what changed.
@Suite(.database) struct RecordChangeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func trail(_ tenant: Tenant, of table: String) async throws -> [String] {
        try await db.owner.run(
            """
            select action || ' ' || coalesce(old_values::text, '-') || ' ' || coalesce(new_values::text, '-')
              from audit.audit_log where tenant_id = \(tenant.id) and object = \(table) order by id
            """
        ).decode(String.self)
    }

    @Test func `says who, when and from where`() async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant
        let (user, request) = (UUID(), UUID())
        _ = try await db.app.run([
            "select core.set_context(\(tenant.id), 'tenant', null, \(user))",
            "select core.set_request_context('Jane Doe', '192.0.2.7', \(request))",
            "update accounts.accounts set name = 'Renamed' where tenant_id = \(tenant.id) and id = \(account.id)",
        ])
        let row = try await db.owner.run(
            """
            select user_id, account_id, object_id, request_id,
                   actor || ' ' || host(source) || ' ' || session_role || ' ' || old_values || ' ' || new_values
              from audit.audit_log
             where tenant_id = \(tenant.id) and object = 'accounts.accounts' and action = 'update'
            """
        ).first(UUID.self, UUID.self, UUID.self, UUID.self, String.self)
        let found = try #require(row)
        #expect(found.0 == user && found.1 == account.id && found.2 == account.id && found.3 == request)
        #expect(found.4 == #"Jane Doe 192.0.2.7 heddle_app {"name": "Test"} {"name": "Renamed"}"#)
    }

    @Test func `keeps only what changed, and nothing where nothing did`() async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant
        let before = try await trail(tenant, of: "accounts.accounts").count
        try await db.owner.run("update accounts.accounts set name = name where tenant_id = \(tenant.id)")
        #expect(try await trail(tenant, of: "accounts.accounts").count == before)
        try await db.owner.run("update accounts.accounts set cps = 5, channels = 7 where tenant_id = \(tenant.id)")
        #expect(
            try await trail(tenant, of: "accounts.accounts").last
                == #"update {"cps": null, "channels": null} {"cps": 5, "channels": 7}"#)
    }

    @Test func `masks secrets, and tells that they changed`() async throws {
        let tenant = try await db.tenant()
        let user = UUID()
        try await db.owner.run(
            """
            insert into auth.users (tenant_id, id, email, name, password_hash)
            values (\(tenant.id), \(user), \(user.uuidString.lowercased() + "@x.example"), 'x',
                    '$2a$10$' || repeat('a', 53))
            """)
        try await db.owner.run(
            "update auth.users set password_hash = '$2a$10$' || repeat('b', 53) where tenant_id = \(tenant.id)")
        let trail = try await trail(tenant, of: "auth.users")
        #expect(trail.allSatisfy { !$0.contains("$2a$") })
        #expect(trail.last == #"update {"password_hash": "***"} {"password_hash": "***"}"#)
    }

    @Test func `masks what is secret inside a column, and cuts nothing`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            update core.tenants set metadata = jsonb_build_object('password', 'x', 'long', repeat('x', 3000))
             where id = \(tenant.id)
            """)
        try await db.owner.run("update core.tenants set metadata = '{}' where id = \(tenant.id)")
        let trail = try await trail(tenant, of: "core.tenants")
        let kept = #"{"metadata": {"long": "\#(String(repeating: "x", count: 3000))", "password": "***"}}"#
        #expect(trail.suffix(2) == [#"update {"metadata": {}} \#(kept)"#, #"update \#(kept) {"metadata": {}}"#])
    }

    @Test func `pairs the rows of a large statement, whatever their order`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, ban, name)
            select \(tenant.id), md5(\(tenant.id)::text || n), n::text from generate_series(1, 3000) n
            """)
        try await db.owner.run("update accounts.accounts set name = name || '!' where tenant_id = \(tenant.id)")
        let wrong = try await db.owner.run(
            """
            select count(*) filter (where new_values ->> 'name' <> (old_values ->> 'name') || '!') || ' of ' || count(*)
              from audit.audit_log l
              join accounts.accounts a on a.tenant_id = l.tenant_id and a.id = l.object_id
                                      and a.name = l.new_values ->> 'name'
             where l.tenant_id = \(tenant.id) and l.object = 'accounts.accounts' and l.action = 'update'
            """
        ).value(String.self)
        #expect(wrong == "0 of 3000")
    }

    @Test func `a row without an id of its own is named by its key`() async throws {
        let tenant = try await db.tenant()
        let (user, role) = (UUID(), UUID())
        try await db.owner.run(
            "insert into auth.roles (tenant_id, id, name) values (\(tenant.id), \(role), 'x')")
        try await db.owner.run(
            """
            insert into auth.users (tenant_id, id, email, name)
            values (\(tenant.id), \(user), \(user.uuidString.lowercased() + "@x.example"), 'x')
            """)
        try await db.owner.run(
            "insert into auth.user_roles (tenant_id, user_id, role_id) values (\(tenant.id), \(user), \(role))")
        try await db.owner.run("delete from auth.user_roles where tenant_id = \(tenant.id)")
        let keys = try await db.owner.run(
            """
            select action || ' ' || object_key from audit.audit_log
             where tenant_id = \(tenant.id) and object = 'auth.user_roles' order by id
            """
        ).decode(String.self)
        let key = "\(user.uuidString.lowercased()) \(role.uuidString.lowercased())"
        #expect(keys == ["insert \(key)", "delete \(key)"])
    }

    /// A version that was imported is recorded itself, with its file; its rows come and go by the million.
    @Test(arguments: Sheet.Sort.allCases)
    func `prices that people change are recorded one by one, those of an import are not`(
        _ sort: Sheet.Sort
    ) async throws {
        let sheet = try await db.tenant().sheet(sort)
        let table = sort == .deck ? "routing.rate_deck" : "billing.voice_rates"
        let version = try await sheet.draft()
        let change = "update ROWS set rate = 2 where tenant_id = TENANT and KEY = SHEET and VERSION = \(version)"
        for prefix in ["1", "44"] {
            try await sheet.run(sheet.insertion(prefix, "1", version: version), as: db.engine)
        }
        try await sheet.run(change, as: db.engine)
        try await sheet.run("delete from ROWS where tenant_id = TENANT and prefix = '44'", as: db.engine)
        #expect(try await trail(sheet.tenant, of: table) == [])
        for prefix in ["44", "49"] {
            try await sheet.run(sheet.insertion(prefix, "1", version: version), as: db.app)
        }
        try await sheet.run(change, as: db.app)
        try await sheet.run("delete from ROWS where tenant_id = TENANT and prefix = '44'", as: db.app)
        let recorded = try await trail(sheet.tenant, of: table)
        #expect(recorded.map { $0.prefix(6) } == ["insert", "insert", "update", "update", "delete"])
        try await sheet.run("delete from routing.sheet_versions where tenant_id = TENANT and version = 2", as: db.app)
        #expect(try await sheet.rows(version) == [])
        #expect(try await trail(sheet.tenant, of: table) == recorded)
        let versions = try await trail(sheet.tenant, of: "routing.sheet_versions")
        #expect(versions.map { $0.prefix(6) } == ["insert", "insert", "delete"])
    }

    @Test func `nobody makes up a record`() async throws {
        let tenant = try await db.tenant()
        for client in [db.app, db.engine] {
            let refusal = try await Refusal.of {
                _ = try await client.run([
                    tenant.staff,
                    """
                    insert into audit.audit_log (tenant_id, actor, action, object)
                    values (\(tenant.id), 'x', 'update', 'x')
                    """,
                ])
            }
            #expect(refusal == .notPermitted)
        }
    }
}
