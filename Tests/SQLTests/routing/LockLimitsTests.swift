import Foundation
import Postgres
import TestSupport
import Testing

/// routing.lock_limits: who changes the shares of several limits locks them in one order, so that nobody waits in a
/// ring.
@Suite(.database, .serialized) struct LockLimitsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The limits of an account, channels before calls per second, with rows of edges written in the other order.
    private func world(_ shares: [(edge: String, kind: String)], lapsed: Bool, alone: Bool = false) async throws
        -> Edges
    {
        let edges = try await Edges(db, channels: 10, perSecond: 5)
        let tenant = edges.account.tenant.id
        for kind in ["account_cps", "account_channels"] {
            try await db.owner.run(
                """
                insert into routing.shared_limits (tenant_id, kind, subject_id, amount)
                values (\(tenant), \(kind)::text, \(edges.account.id), 1)
                """)
        }
        for (edge, kind) in shares {
            try await db.owner.run(
                """
                insert into routing.edges (id, claimed_by, is_alone, lease_until)
                values (\(edge), md5(\(edge))::uuid, \(alone),
                        now() + case when \(lapsed) then -1 else 60 end * interval '1 s')
                    on conflict do nothing
                """)
            try await db.owner.run(
                """
                insert into routing.edge_shares (tenant_id, kind, subject_id, edge_id, granted, in_use)
                values (\(tenant), \(kind)::text, \(edges.account.id), \(edge), 1, 0)
                """)
        }
        return edges
    }

    /// Somebody has the first limit. Who waits for it must not have the second one, which that one wants next.
    private func waitsWithEmptyHands(_ edges: Edges, _ second: @Sendable () async throws -> Void) async throws {
        let lock: @Sendable (String) -> SQL = { kind in
            """
            select from routing.shared_limits
             where tenant_id = \(edges.account.tenant.id) and kind = \(kind)::text for no key update nowait
            """
        }
        try await db.engine.lease { session in
            let pid = try await session.run("select pg_backend_pid()").value(Int.self)
            try await session.run("begin")
            try await session.run(lock("account_channels"))
            async let other: Void = second()
            do {
                try await until("somebody waits") {
                    try await db.owner.run(
                        "select count(*) from pg_stat_activity where \(pid)::integer = any (pg_blocking_pids(pid))"
                    ).value(Int.self) != 0
                }
                try await session.run(lock("account_cps"))
            } catch {
                try await session.run("rollback")
                throw error
            }
            try await session.run("commit")
            try await other
        }
    }

    @Test func `who settles several edges has all their limits or none`() async throws {
        let edges = try await world([("x", "account_cps"), ("y", "account_channels")], lapsed: true)
        try await waitsWithEmptyHands(edges) { _ = try await edges.settle("a") }
        #expect(try await edges.shares("account_cps") == ["x 0 0"])
        #expect(try await edges.shares() == ["y 0 0"])
    }

    @Test func `who makes rows for limits has all of those that change or none`() async throws {
        let edges = try await world([("a", "account_cps"), ("a", "account_channels")], lapsed: false, alone: true)
        try await waitsWithEmptyHands(edges) { _ = try await edges.open("a") }
        #expect(try await edges.shares("account_cps") == ["a 5 0"])
        #expect(try await edges.shares() == ["a 10 0"])
    }

    @Test func `who reports in any order locks in this one`() async throws {
        let edges = try await world([("a", "account_cps"), ("a", "account_channels")], lapsed: false)
        try await waitsWithEmptyHands(edges) {
            try await edges.reportAll("a", ["account_cps", "account_channels"], target: 0)
        }
        #expect(try await edges.shares() == ["a 0 0"])
    }

    @Test func `many edges that report, settle and make rows at once never wait in a ring`() async throws {
        let edges = try await Edges(db, channels: 20, perSecond: 20)
        let names = ["a", "b", "c", "d", "e"]
        for name in names { try await edges.renew(name) }
        try await edges.endAlone("a")
        try await edges.open("a")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, name) in names.enumerated() {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(number + 1))
                    let kinds = ["account_channels", "account_cps"]
                    for _ in 0..<60 {
                        switch Int.random(in: 0..<6, using: &random) {
                        case 0: try await edges.open(name)
                        case 1: _ = try await edges.settle(name)
                        case 2: try await edges.expire(names[(number + 1) % names.count])
                        case 3:
                            let limit = Int.random(in: 5...20, using: &random)
                            try await edges.limit(limit, perSecond: number == 0 ? nil : 20)
                        default:
                            try await edges.renew(name)
                            let target = Int.random(in: 0...6, using: &random)
                            do {
                                try await edges.reportAll(name, kinds.shuffled(using: &random), target: target)
                            } catch let error as PostgresError
                                where error.server?.constraint == "shares_are_within_their_limit"
                            {}  // the limit was lowered between a look at it and the next
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
