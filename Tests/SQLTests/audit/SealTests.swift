import Foundation
import Postgres
import TestSupport
import Testing

/// audit.seal: the chain grows by what is not in it yet.
@Suite(.database) struct SealTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func seal(_ tenant: Tenant, limit: Int = 1000) async throws -> [Int] {
        try await db.engine.run("select sealed from audit.seal(\(tenant.id), \(limit)::integer)").decode(Int.self)
    }

    @Test func `takes each row once, in links that follow each other`() async throws {
        let tenant = try await db.tenant()
        for _ in 0..<4 { _ = try await tenant.account() }  // and the tenant itself: five rows
        #expect(try await seal(tenant, limit: 3) == [3])
        #expect(try await seal(tenant) == [2])
        #expect(try await seal(tenant) == [])
        let links = try await db.owner.run(
            """
            select sequence || ' ' || (previous_hash is null) from audit.seals
             where tenant_id = \(tenant.id) order by 1
            """
        ).decode(String.self)
        #expect(links == ["1 true", "2 false"])
    }

    /// Both take the same number; one of them finds it taken.
    @Test func `two at once seal nothing twice`() async throws {
        let tenant = try await db.tenant()
        for _ in 0..<10 { _ = try await tenant.account() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { _ = try await seal(tenant, limit: 3) } }
            try await group.waitForAll()
        }
        while try await !seal(tenant, limit: 3).isEmpty {}
        let counts = try await db.owner.run(
            """
            select count(*) || ' ' || count(distinct r.id)
              from audit.seals s, unnest(s.row_ids) as r (id) where s.tenant_id = \(tenant.id)
            """
        ).value(String.self)
        #expect(counts == "11 11")
    }

    @Test func `a transaction that ends late is in a later link`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.transaction { session in
            try await session.run(
                "insert into auth.roles (tenant_id, name) values (\(tenant.id), 'begun first, ended last')")
            _ = try await tenant.account()
            #expect(try await seal(tenant) == [2])
        }
        #expect(try await seal(tenant) == [1])
        let problems = try await db.owner.run("select problem from audit.verify(\(tenant.id))").decode(String.self)
        #expect(problems == [])
    }

    @Test func `a link stays as it is`() async throws {
        let tenant = try await db.tenant()
        _ = try await seal(tenant)
        for statement: SQL in [
            "update audit.seals set sequence = 9 where tenant_id = \(tenant.id)",
            "delete from audit.seals where tenant_id = \(tenant.id)",
        ] {
            #expect(
                try await Refusal.of { try await db.owner.run(statement) } == Refusal("23001", "seals_is_append_only"))
        }
    }
}
