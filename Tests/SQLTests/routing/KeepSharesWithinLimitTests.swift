import Postgres
import TestSupport
import Testing

/// routing.keep_shares_within_limit: whoever writes shares, they never add up to more than the limit.
@Suite(.database, .serialized) struct KeepSharesWithinLimitTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func grant(_ edges: Edges, _ edge: String, _ granted: Int) async throws {
        try await db.owner.run(
            """
            insert into routing.edge_shares (tenant_id, kind, subject_id, edge_id)
            values (\(edges.account.tenant.id), 'account_channels', \(edges.account.id), \(edge))
            on conflict do nothing
            """)
        try await db.owner.run(
            """
            update routing.edge_shares set granted = \(granted)
             where tenant_id = \(edges.account.tenant.id) and edge_id = \(edge)
            """)
    }

    private func refuses(_ body: () async throws -> Void) async {
        let error = await #expect(throws: PostgresError.self) { try await body() }
        #expect(error?.server?.constraint == "shares_are_within_their_limit")
    }

    @Test func `the share that would be too much is refused, a smaller one never`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        try await grant(edges, "a", 7)
        await refuses { try await grant(edges, "b", 4) }
        try await grant(edges, "b", 3)
        await refuses { try await grant(edges, "c", 1) }
        try await grant(edges, "c", 0)
        // Whom a share is of cannot be used to pass by either.
        await refuses {
            try await db.owner.run(
                """
                update routing.edge_shares set edge_id = 'd', granted = 4
                 where edge_id = 'b' and tenant_id = \(edges.account.tenant.id)
                """)
        }
        try await edges.limit(4)
        await refuses { try await grant(edges, "b", 4) }
        try await grant(edges, "a", 6)
        #expect(try await edges.shares() == ["a 6 0", "b 3 0", "c 0 ?"])
    }

    @Test func `of two that take the same at once one waits for the other and is refused`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        try await grant(edges, "a", 0)
        for _ in 0..<10 {
            let refused = await withTaskGroup(of: Bool.self) { group in
                for edge in ["a", "b"] {
                    group.addTask {
                        do { try await grant(edges, edge, 6) } catch { return true }
                        return false
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(refused == 1)
            try await grant(edges, "a", 0)
            try await grant(edges, "b", 0)
        }
    }
}
