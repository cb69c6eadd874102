import Foundation
import Postgres
import TestSupport
import Testing

/// routing.report_shares: what one edge gives up the other may have, and nothing else.
@Suite(.database, .serialized) struct ReportSharesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `what is given back is free, but for what is in use`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        #expect(try await edges.shares() == ["a 10 0", "b 0 0"])
        #expect(try await edges.report("b", 5, inUse: 0, demand: 5) == 0)
        #expect(try await edges.report("a", 3, inUse: 7, demand: 7) == 7)
        #expect(try await edges.report("b", 5, inUse: 0, demand: 5) == 3)
        #expect(try await edges.report("a", 3, inUse: 2, demand: 2) == 3)
        #expect(try await edges.report("b", 5, inUse: 3, demand: 5) == 5)
        #expect(try await edges.report("b", 100, inUse: 5, demand: 100) == 7)
        #expect(try await edges.shares() == ["a 3 2", "b 7 5"])
    }

    @Test func `what others use beyond their share, as emergency calls may, is not free`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        #expect(try await edges.report("a", 2, inUse: 0) == 2)
        #expect(try await edges.report("a", 2, inUse: 6) == 2)
        #expect(try await edges.report("b", 10, inUse: 0) == 4)
    }

    @Test func `a limit that was lowered lets nobody have more before enough is given back`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        _ = try await edges.report("a", 8, inUse: 8)
        #expect(try await edges.report("b", 2, inUse: 0) == 2)
        try await edges.limit(4)
        #expect(try await edges.report("b", 4, inUse: 0) == 2)
        #expect(try await edges.report("b", 0, inUse: 0) == 0)
        #expect(try await edges.report("a", 2, inUse: 8) == 8)
        #expect(try await edges.report("b", 2, inUse: 0) == 0)
        #expect(try await edges.report("a", 2, inUse: 3) == 3)
        #expect(try await edges.report("b", 2, inUse: 0) == 1)
    }

    @Test func `an edge without a lease or that nobody knows gets nothing`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        _ = try await edges.report("a", 0, inUse: 0)
        try await edges.expire("b")
        #expect(try await edges.report("b", 5, inUse: 0) == 0)
        #expect(try await edges.report("nobody", 5, inUse: 0) == nil)
        try await edges.renew("b")
        #expect(try await edges.report("b", 5, inUse: 0) == 5)
        // What it says under a claim that is not the edge's changes nothing, less or more.
        #expect(try await edges.report("b", 9, inUse: 0, claim: "rival") == nil)
        #expect(try await edges.report("b", 0, inUse: 0, claim: "rival") == nil)
        #expect(try await edges.shares() == ["a 0 0", "b 5 0"])
    }

    @Test func `who wants more has all edges look, and so does a share that moves`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        func active() async throws -> Bool? {
            let found = try await db.owner.run("select active_until > now() from routing.shared_limits").value(
                Bool.self)
            try await db.owner.run("update routing.shared_limits set active_until = now() - interval '1 minute'")
            return found
        }
        _ = try await active()
        _ = try await edges.report("a", 10, inUse: 3, demand: 3)
        #expect(try await active() == false)
        _ = try await edges.report("b", 1, inUse: 0, demand: 1)
        #expect(try await active() == true)
        _ = try await edges.report("a", 9, inUse: 3, demand: 3)
        #expect(try await active() == true)
    }

    @Test func `many edges that take at once never have more than the limit`() async throws {
        let edges = try await Edges(db, channels: 17)
        let names = (0..<6).map { "edge-\($0)" }
        for name in names { try await edges.renew(name) }
        try await edges.endAlone(names[0])
        try await edges.open(names[1])
        for name in names { _ = try await edges.report(name, 0, inUse: 0) }
        let db = db
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, name) in names.enumerated() {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(number + 1))
                    for _ in 0..<40 {
                        let target = Int.random(in: 0...17, using: &random)
                        _ = try await edges.report(name, target, inUse: 0, demand: target)
                        let sum = try await db.engine.run(
                            "select coalesce(sum(granted), 0) from routing.edge_shares"
                        ).value(Int.self)
                        #expect(try #require(sum) <= 17)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
