import Postgres
import TestSupport
import Testing

/// routing.retire_edge: nothing is left of an edge that has ended.
@Suite(.database, .serialized) struct RetireEdgeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `its shares are free, and it comes back with nothing`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        let known = try await db.engine.run("select routing.retire_edge('a')").value(Bool.self)
        #expect(known == true)
        #expect(try await edges.shares() == ["b 0 0"])
        #expect(try await edges.report("b", 10, inUse: 0) == 10)
        #expect(try await edges.renew("a") == "shares 1")
        try await edges.open("a")
        #expect(try await edges.shares() == ["a 0 ?", "b 10 0"])
        let unknown = try await db.engine.run("select routing.retire_edge('x')").value(Bool.self)
        #expect(unknown == false)
    }

    @Test func `nobody ends the edge of another claim, but who names none`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        func retire(_ claim: String?) async throws -> Bool? {
            try await db.engine.run("select routing.retire_edge('a', md5(\(claim))::uuid)").value(Bool.self)
        }
        #expect(try await retire("rival") == false)
        #expect(try await edges.shares() == ["a 10 0", "b 0 0"])
        #expect(try await retire("a") == true)
        #expect(try await edges.shares() == ["b 0 0"])
        #expect(try await db.engine.run("select routing.retire_edge('b')").value(Bool.self) == true)
    }
}
