import Foundation
import Postgres
import TestSupport
import Testing

/// audit.check_triggers: every table is audited, or is on the list of those that are not.
@Suite(.database, .serialized) struct CheckTriggersTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `no table is forgotten`() async throws {
        let problems = try await db.owner.run("select name || ': ' || problem from audit.check_triggers()")
            .decode(String.self)
        #expect(problems == [], "attach the trail, or say in ref.unaudited_tables why not")
    }

    @Test func `a table in neither set, or in both, is found`() async throws {
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await db.owner.transaction { session in
                try await session.run("create table core.forgotten (tenant_id uuid primary key)")
                try await session.run("drop trigger contacts_audit_update on accounts.contacts")
                try await session.run(
                    "insert into ref.unaudited_tables (name, reason) values ('core.nowhere', 'x'), ('auth.roles', 'x')")
                let names = try await session.run("select name from audit.check_triggers() order by 1")
                    .decode(String.self)
                #expect(names == ["accounts.contacts", "auth.roles", "core.forgotten", "core.nowhere"])
                throw Enough()
            }
        }
    }
}
