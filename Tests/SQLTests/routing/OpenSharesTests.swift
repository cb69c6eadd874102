import Postgres
import TestSupport
import Testing

/// routing.open_shares: a row for each limit and edge, and no more.
@Suite(.database, .serialized) struct OpenSharesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `who was alone has everything, others nothing, and nobody has looked`() async throws {
        let edges = try await Edges(db)
        try await edges.renew("a")
        try await edges.renew("b")
        #expect(try await edges.open("a") == 2)
        #expect(try await edges.shares() == ["a 10 ?", "b 0 ?"])
        #expect(try await edges.open("a") == 0)
        // Rows that the other one made first.
        try await edges.limit(10, perSecond: 4)
        try await edges.open("b")
        #expect(try await edges.shares("account_cps") == ["a 0 ?", "b 0 ?"])
        try await edges.open("a")
        #expect(try await edges.shares("account_cps") == ["a 4 ?", "b 0 ?"])
    }

    @Test func `a limit that is new belongs to nobody before every edge has looked`() async throws {
        let edges = try await Edges(db, channels: nil)
        try await edges.pair()
        #expect(try await edges.shares() == [])
        try await edges.limit(10)
        try await edges.open("b")
        #expect(try await edges.shares() == ["a 0 ?", "b 0 ?"])
        #expect(try await edges.report("b", 10, inUse: 0) == 0)
        // There are calls from the time when nothing was limited.
        #expect(try await edges.report("a", 0, inUse: 8) == 0)
        #expect(try await edges.report("b", 10, inUse: 0) == 2)
        #expect(try await edges.shares() == ["a 0 8", "b 2 0"])
    }

    @Test func `a limit that is gone takes its rows with it, one that changed is looked at`() async throws {
        let edges = try await Edges(db)
        try await edges.pair()
        try await db.owner.run("update routing.shared_limits set active_until = now() - interval '1 minute'")
        try await edges.limit(4)
        #expect(try await edges.open("b") == 1)
        let active = try await db.owner.run(
            "select amount || ' ' || (active_until > now()) from routing.shared_limits"
        ).values(String.self)
        #expect(active == ["4 true"])
        try await edges.limit(nil)
        #expect(try await edges.open("b") == 1)
        #expect(try await edges.shares() == [])
        #expect(try await edges.open("nobody") == 0)
    }
}
