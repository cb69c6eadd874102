import Foundation
import Postgres
import TestSupport
import Testing

/// routing.settle_edges: what an edge that is gone keeps is what its calls take.
@Suite(.database, .serialized) struct SettleEdgesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the free part of an edge that is gone goes to the others, that of its calls as they are closed`()
        async throws
    {
        let edges = try await Edges(db)
        try await edges.pair()
        #expect(try await edges.report("a", 8, inUse: 3) == 8)
        try await edges.call("a", 3)
        try await edges.call("b", 2)
        #expect(try await edges.settle("b") == 0)
        try await edges.expire("a")
        #expect(try await edges.settle("a") == 0)  // not its own affair
        #expect(try await edges.settle("b") == 1)
        #expect(try await edges.shares() == ["a 3 3", "b 0 0"])
        #expect(try await edges.report("b", 10, inUse: 2) == 7)
        try await edges.close("a", 2)
        #expect(try await edges.settle("b") == 1)
        #expect(try await edges.settle("b") == 0)
        #expect(try await edges.report("b", 10, inUse: 2) == 9)
        // It is back, with a call that was not known of.
        try await edges.renew("a")
        #expect(try await edges.settle("b") == 0)
        #expect(try await edges.report("a", 5, inUse: 2) == 1)
        #expect(try await edges.shares() == ["a 1 2", "b 9 2"])
    }

    @Test func `calls per second of an edge that is gone are free, and what nobody has looked at is known`()
        async throws
    {
        let edges = try await Edges(db, channels: nil, perSecond: 5)
        try await edges.pair()
        #expect(try await edges.shares("account_cps") == ["a 5 ?", "b 0 ?"])
        try await edges.limit(10, perSecond: 5)
        try await edges.open("b")
        try await edges.call("a", 4)
        try await edges.expire("a")
        #expect(try await edges.settle("b") == 2)
        #expect(try await edges.shares("account_cps") == ["a 0 0", "b 0 ?"])
        #expect(try await edges.shares() == ["a 0 4", "b 0 ?"])
        #expect(try await edges.report("b", 10, inUse: 0) == 6)
    }

    @Test func `a call counts for every carrier trunk that it may be at`() async throws {
        let edges = try await Edges(db)
        let carriers = try await Carriers(of: edges.account.tenant)
        try await db.owner.run(
            "update routing.carrier_trunks set channels = 5 where tenant_id = \(edges.account.tenant.id)")
        try await edges.pair()
        let routes = [carriers.first, carriers.first, carriers.second].map { #"{"carrier_trunk_id":"\#($0)"}"# }
        try await edges.call("a", routes: "[\(routes.joined(separator: ",")), {}]")
        try await edges.expire("a")
        #expect(try await edges.settle("b") == 3)
        #expect(try await edges.shares("carrier_channels").filter { $0.hasPrefix("a") } == ["a 1 1", "a 1 1"])
    }

    @Test func `an edge that was alone and fell silent is so no more, and forgotten in ten minutes`() async throws {
        let edges = try await Edges(db)
        try await edges.renew("a")
        try await edges.renew("b")
        try await edges.open("b")
        try await edges.call("a", 1)
        try await edges.expire("a", ago: "20 minutes")
        _ = try await edges.settle("b")
        #expect(try await edges.shares() == ["a 0 1", "b 0 ?"])
        #expect(try await edges.report("b", 10, inUse: 0) == 9)
        try await edges.close("a", 1)
        _ = try await edges.settle("b")
        #expect(try await edges.shares() == ["b 9 0"])
        #expect(try await edges.renew("b") == "alone 0")
    }
}
