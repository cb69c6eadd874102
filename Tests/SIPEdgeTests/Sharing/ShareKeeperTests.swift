import Foundation
import Postgres
import Services
import Synchronization
import TestSupport
import Testing

/// Edges that share limits, each with its keeper: together they never exceed one, and each gets its fair part.
@Suite(.database, .serialized) struct ShareKeeperTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private func inUse(_ edges: [SharingEdges.Edge], _ world: SharingEdges) -> Int {
        edges.reduce(0) { $0 + $1.calls.inUse(world.channels) }
    }

    /// As many calls as an edge lets in.
    private func fill(_ edge: SharingEdges.Edge, _ world: SharingEdges, most: Int = 50) async throws -> Int {
        var count = 0
        while count < most, try await world.call(edge) { count += 1 }
        return count
    }

    @Test func `alone an edge has everything, and it keeps that when the database is away`() async throws {
        let world = try await SharingEdges(db, channels: 4)
        let a = world.make("a")
        try await world.start(a)
        #expect(try await fill(a, world) == 4)
        try await world.round([a])
        #expect(try await world.call(a) == false)
        let rows = try await db.owner.run("select count(*) from routing.shared_limits").value(Int.self)
        #expect(rows == 0)
        // Five minutes without a round.
        for _ in 0..<4 { a.calls.end(world.channels) }
        a.calls.advance(to: Date(timeIntervalSince1970: 1_800_000_300))
        #expect(try await fill(a, world) == 4)
        // Not for ever: another edge could not know when to begin.
        for _ in 0..<4 { a.calls.end(world.channels) }
        a.calls.advance(to: Date(timeIntervalSince1970: 1_800_000_600))
        #expect(try await fill(a, world) == 0)
    }

    @Test func `a second edge has nothing before the first goes by shares, then half`() async throws {
        let world = try await SharingEdges(db, channels: 10)
        let (a, b) = (world.make("a"), world.make("b"))
        try await world.start(a)
        #expect(try await fill(a, world, most: 7) == 7)
        try await world.start(b)
        #expect(try await world.call(b) == false)
        for _ in 0..<3 { try await world.keep(b) }
        #expect(try await fill(b, world) == 0)
        try await world.round([a, b])
        #expect(inUse([a, b], world) <= 10)
        for _ in 0..<4 { try await world.round([a, b]) }
        #expect(try await fill(b, world) == 3)
        #expect(try await world.call(a) == false)
        // As the first one's calls end, the second gets its half.
        for _ in 0..<4 { a.calls.end(world.channels) }
        for _ in 0..<4 {
            _ = try await world.call(b)
            try await world.round([a, b])
        }
        _ = try await fill(b, world)
        #expect(b.calls.inUse(world.channels) >= 5)
        #expect(inUse([a, b], world) <= 10)
    }

    @Test func `the only channel goes to whoever needs it, and is not kept from the other`() async throws {
        let world = try await SharingEdges(db, channels: 1)
        let edges = [world.make("a"), world.make("b")]
        for edge in edges { try await world.start(edge) }
        for _ in 0..<3 { try await world.round(edges) }
        for turn in 0..<4 {
            let caller = edges[turn % 2]
            var rounds = 0
            while try await !world.call(caller), rounds < 8 {
                try await world.round(edges)
                rounds += 1
            }
            // A caller who comes again after two seconds gets through.
            #expect(rounds <= 4)
            #expect(try await world.call(edges[(turn + 1) % 2]) == false)
            caller.calls.end(world.channels)
            for _ in 0..<8 { try await world.round(edges) }
        }
        // Both always want it: each has it now and then.
        var answered = ["a": 0, "b": 0]
        for _ in 0..<60 {
            for edge in edges where try await world.call(edge) { answered[edge.name, default: 0] += 1 }
            #expect(inUse(edges, world) <= 1)
            try await world.round(edges)
            for edge in edges where edge.calls.inUse(world.channels) > 0 { edge.calls.end(world.channels) }
        }
        #expect(answered.values.allSatisfy { $0 >= 5 }, "\(answered)")
    }

    @Test func `calls per second move to where they are, and never twice in a second`() async throws {
        let world = try await SharingEdges(db, channels: 1000, perSecond: 10)
        let (a, b) = (world.make("a"), world.make("b"))
        for edge in [a, b] { try await world.start(edge) }
        var perSecond: [Int] = []
        for second in 0..<24 {
            // First one edge is busy, then the other.
            let busy = second < 12 ? a : b
            var count = 0
            for half in 0..<2 {
                for _ in 0..<20 where world.ring(busy) { count += 1 }
                if half == 0 { try await world.round([a, b]) }
            }
            perSecond.append(count)
            try await world.round([a, b])
        }
        #expect(perSecond.allSatisfy { $0 <= 10 }, "\(perSecond)")
        #expect(perSecond[6..<12].allSatisfy { $0 >= 9 } && perSecond[20...].allSatisfy { $0 >= 9 }, "\(perSecond)")
    }

    @Test func `the survivor gets what the dead one had free, and its calls count until they are closed`() async throws
    {
        let world = try await SharingEdges(db, channels: 10)
        let (a, b) = (world.make("a"), world.make("b"))
        for edge in [a, b] { try await world.start(edge) }
        for _ in 0..<4 { try await world.round([a, b]) }
        #expect(try await fill(a, world, most: 3) == 3)
        try await world.kill(a)
        // Its own clock ends it first: Kamailio goes on, and lets nobody in.
        for _ in 0..<16 { try await world.round([a, b]) }
        #expect(try await world.call(a) == false)
        try await world.expire(a)
        for _ in 0..<24 {
            _ = try await world.call(b)
            try await world.round([a, b])
        }
        _ = try await fill(b, world)
        #expect(b.calls.inUse(world.channels) == 7)
        // The calls of the dead one end, and are closed.
        for _ in 0..<3 { a.calls.end(world.channels) }
        try await world.closeAll(a)
        for _ in 0..<24 {
            _ = try await world.call(b)
            try await world.round([a, b])
        }
        #expect(b.calls.inUse(world.channels) == 10)
        // It is back, with nothing before the other gives.
        try await world.start(a)
        try await world.round([a, b])
        #expect(try await world.call(a) == false)
        b.calls.end(world.channels)
        for _ in 0..<6 {
            _ = try await world.call(a)
            try await world.round([a, b])
        }
        #expect(a.calls.inUse(world.channels) == 1 && inUse([a, b], world) == 10)
    }

    @Test func `an edge that is started anew is told its shares again`() async throws {
        let world = try await SharingEdges(db, channels: 6)
        let (a, b) = (world.make("a"), world.make("b"))
        for edge in [a, b] { try await world.start(edge) }
        for _ in 0..<4 { try await world.round([a, b]) }
        world.restart(a)
        #expect(try await world.call(a) == false)
        for _ in 0..<3 { try await world.round([a, b]) }
        #expect(try await fill(a, world) == 3)
        #expect(try await fill(b, world) == 3)
    }

    @Test func `a second edge of one id lets no call in, and has it when the first is gone without calls`()
        async throws
    {
        let world = try await SharingEdges(db, channels: 4)
        let (first, second) = (world.make("a"), world.make("a"))
        try await world.start(first)
        try await world.start(second, knows: false)
        #expect(try await fill(first, world) == 4)
        for _ in 0..<3 {
            try await world.round([first])
            let error = await #expect(throws: EdgeIsClaimed.self) { try await world.keep(second) }
            #expect(error?.description.contains("heddle edge forget a") == true)
            #expect(error?.description.contains("HEDDLE_EDGE_ID") == true)
        }
        #expect(try await fill(second, world) == 0)
        // One that can ask before it starts waits.
        let third = world.make("a")
        try await world.kill(first)
        try await world.expire(first)
        async let starts: Void = world.start(third)
        try await Task.sleep(for: .milliseconds(200))
        #expect(third.calls.isUntold)
        for _ in 0..<4 { first.calls.end(world.channels) }
        try await world.closeAll(first)
        try await starts
        #expect(try await fill(third, world) == 4)
        // Who was it before lets nobody in any more.
        try await world.start(first, knows: false)
        await #expect(throws: EdgeIsClaimed.self) { try await world.keep(first) }
        #expect(try await fill(first, world) == 0)
    }

    @Test func `an edge that hangs has its lease renewed no more, and the others get its part`() async throws {
        let world = try await SharingEdges(db, channels: 6)
        let (a, b) = (world.make("a"), world.make("b"))
        for edge in [a, b] { try await world.start(edge) }
        for _ in 0..<4 { try await world.round([a, b]) }
        a.calls.setDown(true)
        try await db.owner.run("update routing.edges set lease_until = now() + interval '1 s' where id = 'a'")
        let until = try await world.leaseUntil(a)
        for _ in 0..<16 { try await world.round([a, b]) }
        #expect(try await world.leaseUntil(a) == until)
        // It takes calls as long as its own clock lets it, and no longer.
        #expect(try await world.call(a) == false)
        try await world.expire(a)
        for _ in 0..<16 {
            _ = try await world.call(b)
            try await world.round([a, b])
        }
        _ = try await fill(b, world)
        #expect(b.calls.inUse(world.channels) == 6)
        // It listens again, with all that it was told before.
        a.calls.setDown(false)
        try await world.round([a, b])
        #expect(try await world.call(a) == false)
        for _ in 0..<3 { b.calls.end(world.channels) }
        for _ in 0..<8 {
            _ = try await world.call(a)
            try await world.round([a, b])
        }
        #expect(inUse([a, b], world) <= 6 && a.calls.inUse(world.channels) >= 2)
    }

    @Test func `alone, an edge that hangs has its lease renewed no more`() async throws {
        let world = try await SharingEdges(db, channels: 6)
        let a = world.make("a")
        try await world.start(a)
        try await world.round([a])
        a.calls.setDown(true)
        try await db.owner.run("update routing.edges set lease_until = now() + interval '1 s'")
        let until = try await world.leaseUntil(a)
        for _ in 0..<3 { try await world.round([a]) }
        #expect(try await world.leaseUntil(a) == until)
        a.calls.setDown(false)
        try await world.round([a])
        #expect(try #require(try await world.leaseUntil(a)) > #require(until) + 60)
    }

    @Test func `many limits are told bit by bit, first those that calls ask for, and then only what changes`()
        async throws
    {
        let world = try await SharingEdges(db, channels: 6, perSecond: 100)
        try await world.others(200)
        let (a, b) = (world.make("a"), world.make("b"))
        try await world.start(a)
        // It has everything as shares before it goes by them.
        try await world.start(b, untoldMaximum: 20)
        try await world.round([a])
        #expect(a.calls.shareCount == 202)
        try await world.round([a, b])
        for _ in 0..<4 { try await world.round([a, b]) }
        // Measured, and shared equally.
        try await db.owner.run("update routing.shared_limits set active_until = now() - interval '1 s'")
        // A new keeper of b begins anew.
        try await world.kill(b)
        try await world.start(b, untoldMaximum: 20)
        try await world.keep(b)
        #expect(b.calls.shareCount < 50)
        #expect(world.ring(b) == false || b.calls.shareCount < 50)
        _ = try await world.call(b)
        _ = world.ring(b)
        try await world.round([a, b])
        #expect(try await world.call(b) && world.ring(b))
        #expect(b.calls.shareCount < 80)
        for _ in 0..<12 { try await world.round([a, b]) }
        #expect(b.calls.shareCount == 202)
        // Without a round for some seconds nothing has changed.
        try await db.owner.run("update routing.shared_limits set active_until = now() - interval '1 s'")
        try await world.pause(b)
        for _ in 0..<16 { try await world.round([a, b]) }
        #expect(try await world.call(b) == false)
        try await world.resume(b)
        _ = b.calls.takeLines()
        try await world.round([b])
        #expect(b.calls.takeLines() < 20)
        #expect(try await world.call(b))
    }

    @Test(arguments: 1...8) func `whatever happens, no limit is exceeded, and who wants his part gets it`(
        seed: UInt64
    ) async throws {
        var random = SeededGenerator(seed: seed)
        var limit = Int.random(in: 1...12, using: &random)
        let world = try await SharingEdges(db, channels: limit)
        let edges = (0..<Int.random(in: 2...4, using: &random)).map { world.make("edge-\($0)") }
        try await world.start(edges[0])
        // Calls come at any moment, also between two steps of a keeper.
        let most = Mutex(limit)
        for edge in edges {
            edge.calls.meanwhile.withLock {
                $0 = {
                    for other in edges where !other.calls.isUntold {
                        guard try await world.call(other) else { continue }
                        #expect(edges.reduce(0) { $0 + $1.calls.inUse(world.channels) } <= most.withLock(\.self))
                    }
                }
            }
        }
        for _ in 0..<40 {
            try await disturb(edges, world, &limit, &random)
            most.withLock { $0 = limit }
            for edge in edges.shuffled(using: &random) {
                let busy = inUse(edges, world)
                for _ in 0..<Int.random(in: 0...4, using: &random) where !edge.calls.isUntold {
                    if try await world.call(edge) { #expect(inUse(edges, world) <= limit, "\(busy) of \(limit)") }
                }
                for _ in 0..<Int.random(in: 0...8, using: &random) where edge.calls.inUse(world.channels) > 0 {
                    edge.calls.end(world.channels)
                }
            }
            try await world.round(edges.shuffled(using: &random))
        }
        for edge in edges {
            edge.calls.meanwhile.withLock { $0 = {} }
            edge.calls.setDown(false)
        }
        // Peace: all are there and want everything, and their calls are short.
        for edge in edges { try await world.closeAll(edge) }
        for edge in edges where !edge.isKept { try await world.resume(edge) }
        var peaks = edges.map { _ in 0 }
        for _ in 0..<40 {
            for (index, edge) in edges.enumerated() {
                _ = try await fill(edge, world)
                peaks[index] = max(peaks[index], edge.calls.inUse(world.channels))
            }
            #expect(inUse(edges, world) <= limit)
            try await world.round(edges)
            for edge in edges { while edge.calls.inUse(world.channels) > 0 { edge.calls.end(world.channels) } }
        }
        #expect(peaks.allSatisfy { $0 >= max(1, limit / edges.count) }, "\(peaks) of \(limit)")
    }

    /// Keepers and edges die and come, and limits change.
    private func disturb(
        _ edges: [SharingEdges.Edge], _ world: SharingEdges, _ limit: inout Int, _ random: inout SeededGenerator
    ) async throws {
        let edge = edges.randomElement(using: &random) ?? edges[0]
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1, 2: if !edge.isKept { try await world.resume(edge) }
        case 3 where edge.isKept && edges.count(where: \.isKept) > 1:
            if Bool.random(using: &random) { try await world.kill(edge) } else { try await world.pause(edge) }
            for _ in 0..<16 { try await world.round(edges) }
            try await world.expire(edge)
        case 4 where edge.isKept: world.restart(edge)
        case 5:
            limit = Int.random(in: 1...12, using: &random)
            try await world.limit(channels: limit)
        case 6 where edge.isKept && edges.count(where: \.isKept) > 1:
            edge.calls.setDown(true)
            for _ in 0..<16 { try await world.round(edges) }
            try await world.expire(edge)
            try await world.round(edges)
            edge.calls.setDown(false)
        case 7: edge.calls.loseAnswer()
        default: break
        }
    }
}
