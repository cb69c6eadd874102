import Postgres
import TestSupport
import Testing

/// routing.renew_edge: who is alone, and how long a lease holds.
@Suite(.database, .serialized) struct RenewEdgeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// How many whole seconds a lease holds.
    private func lease(_ edge: String) async throws -> Int? {
        try await db.owner.run(
            "select floor(extract(epoch from lease_until - now()))::integer from routing.edges where id = \(edge)"
        ).value(Int.self)
    }

    @Test func `the first edge is alone until it says otherwise, and again when the others are gone`() async throws {
        let edges = try await Edges(db)
        #expect(try await edges.renew("a") == "alone 0")
        #expect(try await edges.renew("b") == "shares 1")
        #expect(try await edges.renew("a") == "alone 1")
        try await edges.endAlone("a")
        #expect(try await edges.renew("a") == "shares 1")
        try await edges.open("a")
        #expect(try await edges.shares().count == 2)
        try await db.engine.run("select routing.retire_edge('b')")
        #expect(try await edges.renew("a") == "alone 0")
        #expect(try await edges.shares() == [])
    }

    @Test func `a lease holds for seconds among others, and for minutes alone`() async throws {
        let edges = try await Edges(db)
        try await edges.renew("a")
        #expect((540...600).contains(try #require(try await lease("a"))))
        try await edges.renew("b")
        #expect((8...10).contains(try #require(try await lease("b"))))
        try await edges.expire("b")
        try await edges.renew("b")
        #expect((8...10).contains(try #require(try await lease("b"))))
        try await edges.endAlone("a")
        #expect((8...10).contains(try #require(try await lease("a"))))
    }

    @Test func `of many edges that come at once one is alone`() async throws {
        let edges = try await Edges(db)
        let found = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<8 { group.addTask { try await edges.renew("edge-\(number)") } }
            return try await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(found.count { $0?.hasPrefix("alone") == true } == 1, "\(found)")
    }

    @Test func `an id is one claim's, and another's only after its restart, or when it is silent and without calls`()
        async throws
    {
        let edges = try await Edges(db)
        #expect(try await edges.renew("a", claim: "first") == "alone 0")
        #expect(try await edges.renew("a", claim: "rival") == "refused")
        #expect(try await edges.renew("a", claim: "first") == "alone 0")
        // Started again it is the same edge, and who it was before is gone.
        #expect(try await edges.renew("a", claim: "second", former: "first") == "alone 0")
        #expect(try await edges.renew("a", claim: "first") == "refused")
        #expect(try await edges.renew("a", claim: "rival", former: "first") == "refused")
        // Silent, but its calls would be nobody's.
        try await edges.call("a", 1)
        try await edges.expire("a")
        #expect(try await edges.renew("a", claim: "rival") == "refused")
        try await edges.close("a", 1)
        #expect(try await edges.renew("a", claim: "rival") == "alone 0")
        #expect((540...600).contains(try #require(try await lease("a"))))
        // A refusal renews nothing, whoever asks.
        try await edges.expire("a")
        try await edges.call("a", 1)
        #expect(try await edges.renew("a", claim: "second") == "refused")
        #expect(try #require(try await lease("a")) < 0)
        try await edges.close("a", 1)
    }

    @Test func `of two that claim an id at once one has it`() async throws {
        let edges = try await Edges(db)
        for round in 0..<10 {
            let found = try await withThrowingTaskGroup(of: String?.self) { group in
                for claim in ["x", "y", "z"] {
                    group.addTask { try await edges.renew("edge-\(round)", claim: claim) }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(found.count { $0 == "refused" } == 2, "\(found)")
        }
    }
}
