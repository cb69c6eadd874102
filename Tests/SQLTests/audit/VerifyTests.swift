import Foundation
import Postgres
import TestSupport
import Testing

/// audit.verify: what was changed, is missing or was put in, is found.
@Suite(.database, .serialized) struct VerifyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Thrown to take back what was done to the trail.
    private struct Found: Error {
        let problems: [String]
    }

    /// What is found after something was done behind the guards' back.
    private func problems(_ tenant: Tenant, after deed: SQL) async throws -> [String] {
        do {
            try await db.owner.transaction { session in
                try await session.run("set local session_replication_role = replica")
                try await session.run(deed)
                let problems = try await session.run(
                    """
                    select distinct problem || coalesce(' ' || sequence, '')
                      from audit.verify(\(tenant.id)) order by 1
                    """
                ).decode(String.self)
                throw Found(problems: problems)
            }
            return []  // it threw
        } catch let found as Found {
            return found.problems
        }
    }

    private func sealed() async throws -> Tenant {
        let tenant = try await db.tenant()
        for _ in 0..<5 { _ = try await tenant.account() }
        for _ in 0..<3 { try await db.engine.run("select audit.seal(\(tenant.id), 2)") }
        return tenant
    }

    /// One row of the trail, the first.
    private func one(_ tenant: Tenant) -> SQL {
        "(select id from audit.audit_log where tenant_id = \(tenant.id) order by occurred_at, id limit 1)"
    }

    @Test func `nothing where nothing was done`() async throws {
        let tenant = try await sealed()
        #expect(try await problems(tenant, after: "select 1") == [])
    }

    @Test func `a row that was changed, taken away or put in`() async throws {
        let tenant = try await sealed()
        #expect(
            try await problems(
                tenant, after: "update audit.audit_log set actor = 'eve' where id = \(one(tenant))")
                == ["row was changed 1"])
        #expect(
            try await problems(tenant, after: "delete from audit.audit_log where id = \(one(tenant))")
                == ["row is missing 1"])
        let put: SQL =
            """
            insert into audit.audit_log (tenant_id, occurred_at, actor, action, object)
            values (\(tenant.id), now() - interval '3 days', 'eve', 'update', 'x')
            """
        #expect(try await problems(tenant, after: put) == ["row was put in"])
    }

    @Test func `a link that was changed, taken away or made anew`() async throws {
        let tenant = try await sealed()
        let changed: SQL =
            """
            update audit.seals set row_hashes = sha256('x') || sha256('y')
             where tenant_id = \(tenant.id) and sequence = 2
            """
        #expect(try await problems(tenant, after: changed) == ["link is not what it was 2", "row was changed 2"])
        let gone: SQL = "delete from audit.seals where tenant_id = \(tenant.id) and sequence = 2"
        #expect(try await problems(tenant, after: gone).contains("link does not follow the one before 3"))
    }

    @Test func `a hash that was noted outside proves the chain`() async throws {
        let tenant = try await sealed()
        func check(_ hash: SQL) async throws -> [String] {
            try await db.owner.run("select problem from audit.verify(\(tenant.id), 2, \(hash))").decode(String.self)
        }
        #expect(
            try await check("(select hash from audit.seals where tenant_id = \(tenant.id) and sequence = 2)") == [])
        #expect(try await check("sha256('another')") == ["link is not the one that was noted"])
    }
}
