import Foundation
import Postgres
import TestSupport
import Testing

/// audit.attach: a table gets the triggers of the trail.
@Suite(.database, .serialized) struct AttachTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func make(_ name: String) async throws {
        try await db.owner.run(
            """
            create table core.\(unescaped: name) (
                tenant_id uuid not null, id uuid not null default core.uuid_v7(), account_id uuid, note text,
                created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
                primary key (tenant_id, id))
            """)
    }

    private func triggers(_ name: String) async throws -> Int? {
        try await db.owner.run(
            """
            select count(*) from pg_trigger
             where tgrelid = \("core.\(name)")::regclass and tgfoid = 'audit.record_change()'::regprocedure
            """
        ).value(Int.self)
    }

    @Test func `core.adopt_tables attaches it by itself`() async throws {
        try await make("attached")
        try await db.owner.run("select core.adopt_tables('account', 'core.attached')")
        #expect(try await triggers("attached") == 3)
        let tenant = try await db.tenant()
        try await db.owner.run("insert into core.attached (tenant_id, note) values (\(tenant.id), 'x')")
        let object = try await db.owner.run(
            "select object from audit.audit_log where tenant_id = \(tenant.id) order by id desc limit 1"
        ).value(String.self)
        #expect(object == "core.attached")
    }

    @Test func `what is listed as unaudited is left alone`() async throws {
        try await make("logged")
        try await db.owner.run("insert into ref.unaudited_tables (name, reason) values ('core.logged', 'A log.')")
        #expect(try await db.owner.run("select audit.attach('core.logged')").value(Int.self) == 0)
        #expect(try await triggers("logged") == 0)
    }

    @Test func `of what is imported only the engine's rows are left alone, and those that go with others`() async throws
    {
        try await make("imported")
        try await db.owner.run(
            "insert into ref.unaudited_tables (name, reason, is_import) values ('core.imported', 'Many.', true)")
        try await db.owner.run("select core.adopt_tables('tenant', 'core.imported')")
        try await db.owner.run("grant select, insert, delete on core.imported to heddle_app, heddle_engine")
        #expect(try await triggers("imported") == 3)
        let problems = try await db.owner.run(
            "select count(*) from audit.check_triggers() where name = 'core.imported'")
        #expect(try problems.value(Int.self) == 0)
        let tenant = try await db.tenant()
        for client in [db.engine, db.app, db.owner] {
            _ = try await client.run([
                tenant.staff,
                """
                insert into core.imported (tenant_id, note)
                select \(tenant.id), current_user::text from generate_series(1, 2)
                """,
            ])
        }
        let recorded = try await db.owner.run(
            """
            select new_values ->> 'note' from audit.audit_log
             where tenant_id = \(tenant.id) and object = 'core.imported' order by 1
            """
        ).values(String.self)
        let owner = try #require(try await db.owner.run("select current_user::text").value(String.self))
        #expect(recorded == ["heddle_app", "heddle_app", owner, owner].sorted())
        // The tenant's row goes, and these with it.
        try await tenant.makePurgeable()
        try await db.owner.run("delete from core.tenants where id = \(tenant.id)")
    }

    @Test func `called again it learns of a new secret`() async throws {
        try await make("secretive")
        try await db.owner.run("select core.adopt_tables('account', 'core.secretive')")
        try await db.owner.run("alter table core.secretive add column api_token text")
        let problem = try await db.owner.run(
            "select problem from audit.check_triggers() where name = 'core.secretive'"
        ).value(String.self)
        #expect(problem?.hasPrefix("the columns that are masked") == true)
        try await db.owner.run("select audit.attach('core.secretive')")
        let left = try await db.owner.run("select count(*) from audit.check_triggers() where name = 'core.secretive'")
            .value(Int.self)
        #expect(left == 0)
    }
}
