import TestSupport
import Testing

@testable import Telecom

/// Decks of which another version is scheduled: the index of that time is made before it.
@Suite struct DeckChangeTests {
    private func deck(_ id: Int, _ rate: String) throws -> RateTable {
        var builder = RateTableBuilder(isMerged: true)
        try builder.add(row(id, "1", rate))
        return builder.build()
    }

    /// A world whose first carriers' decks change, with what they become, each at its time.
    private func world(_ changes: [(carrier: Int, time: Int64)]) throws -> (World, [RateTable]) {
        var world = try World()
        let tables = try changes.indices.map { try deck(7000 + $0, "0.00\($0 + 1)") }
        world.input.deckChanges = changes.enumerated().map { position, change in
            DeckChange(
                of: world.input.carrierTrunks[change.carrier].decks[0], to: tables[position],
                atMicroseconds: change.time)
        }
        return (world, tables)
    }

    @Test func `at each of the next times the index that was made for it is taken`() throws {
        var (world, tables) = try world([(0, 20), (1, 10), (0, 30)])
        let first = RoutingSnapshot(world.input)
        #expect(first.comingIndexes.count == 3)
        #expect(!first.comingIndexes.contains { $0 === first.markets[0].index })
        var snapshot = first
        for (carrier, table) in [(1, tables[1]), (0, tables[0]), (0, tables[2])] {
            let old = world.input.carrierTrunks[carrier].decks[0]
            world.input.carrierTrunks[carrier].decks = [table]
            // What is scheduled later takes the place of the deck as it is now.
            world.input.deckChanges = world.input.deckChanges.compactMap { change in
                if change.next === table { return nil }
                return change.table === old
                    ? DeckChange(of: table, to: change.next, atMicroseconds: change.microseconds) : change
            }
            snapshot = RoutingSnapshot(world.input, keeping: snapshot)
            #expect(first.comingIndexes.contains { $0 === snapshot.markets[0].index })
        }
        #expect(snapshot.comingIndexes.isEmpty)
    }

    @Test func `what changes at once is under one index`() throws {
        let (world, tables) = try world([(0, 10), (1, 10)])
        let coming = RoutingSnapshot(world.input).comingIndexes
        #expect(coming.count == 1)
        #expect(tables.allSatisfy { table in coming[0].decks.contains { $0 === table } })
    }

    @Test func `times beyond the next four are prepared later, and a trunk that is out of use never`() throws {
        var (world, _) = try world((1...6).map { (0, $0 * 10) })
        #expect(RoutingSnapshot(world.input).comingIndexes.count == 4)
        world.input.carrierTrunks[0].status = .suspended
        #expect(RoutingSnapshot(world.input).comingIndexes.isEmpty)
    }
}
