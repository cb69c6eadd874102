import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// The lists of rated calls: each call once, and of one tenant.
@Suite(.database, .serialized) struct ListCallsTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase.suite }

    /// A rated call, seen when the statement's transaction commits.
    private func insert(_ tenant: UUID) -> (id: UUID, statement: SQL) {
        let id = UUID.v7()
        return (
            id,
            """
            with raw as (
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, call_id, source, sip_code, ended_at,
                                         duration_ms, processed_at)
                values (\(tenant), now(), \(id), 'edge-1', \(id.text), '', '503', now(), 0, now()) returning *)
            insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, ended_at,
                                          currency, posted_at)
            select tenant_id, started_at, id, 'unknown', 'failed', 503, ended_at, 'USD', now() from raw
            """
        )
    }

    private func tenant(_ slug: String) async throws -> UUID {
        let id = UUID.v7()
        try await database.owner.run("insert into core.tenants (id, slug, name) values (\(id), \(slug), \(slug))")
        return id
    }

    @Test func `calls of another tenant are not listed`() async throws {
        let (one, other) = (try await tenant("list-one"), try await tenant("list-other"))
        let (call, statement) = insert(one)
        try await database.engine.run(statement)
        #expect(try await ListCalls(database.engine, tenant: one).last(10).map(\.id) == [call])
        #expect(try await ListCalls(database.engine, tenant: other).last(10).isEmpty)
    }

    @Test func `a call whose transaction commits behind a later one is told, and each once`() async throws {
        let tenant = try await tenant("follow")
        let calls = (0..<3).map { _ in insert(tenant) }
        var following = FollowCalls(ListCalls(database.engine, tenant: tenant))
        try await database.engine.run(calls[0].statement)
        #expect(try await following.begin(10).map(\.id) == [calls[0].id])

        var told: [UUID] = []
        try await database.engine.transaction { session in
            try await session.run(calls[1].statement)
            try await database.engine.run(calls[2].statement)
            for _ in 0..<2 { try await following.next { told += $0.map(\.id) } }
            #expect(told == [calls[2].id])
        }
        for _ in 0..<2 { try await following.next { told += $0.map(\.id) } }
        #expect(told == [calls[2].id, calls[1].id])
    }

    @Test func `more calls than a page has are told in their order`() async throws {
        let tenant = try await tenant("pages")
        var following = FollowCalls(ListCalls(database.engine, tenant: tenant))
        #expect(try await following.begin(10).isEmpty)
        let calls = (0..<1_201).map { _ in insert(tenant) }
        _ = try await database.engine.run(calls.map(\.statement))  // one transaction: all have the same time
        var told: [UUID] = []
        try await following.next { told += $0.map(\.id) }
        #expect(told.count == 1_201 && Set(told) == Set(calls.map(\.id)))
        try await following.next { told += $0.map(\.id) }
        #expect(told.count == 1_201)
    }
}
