import TestSupport
import Testing

@testable import Telecom

@Suite struct DeckIndexTests {
    private static func deck(_ rows: [RateRow], isMerged: Bool = true) throws -> RateTable {
        var builder = RateTableBuilder(isMerged: isMerged)
        for row in rows { try builder.add(row) }
        return builder.build()
    }

    /// Rows of short prefixes, dated in every way: overlapping, one after the other, over, and not begun.
    private static func rows(_ count: Int, _ generator: inout SeededGenerator) -> [RateRow] {
        (0..<count).map { id in
            let length = Int.random(in: 0...9, using: &generator)
            let digits = "1" + String((0..<length).map { _ in "12".randomElement(using: &generator) ?? "1" })
            let from = Int64.random(in: 0...9, using: &generator) * 10
            return row(
                id, digits, Bool.random(using: &generator) ? "0.01" : "0.02", from: from,
                until: Bool.random(using: &generator) ? .max : from + 30, isBlocked: id % 7 == 0)
        }
    }

    /// What the index has of each deck: the id of the row and the count of digits, or why there is none.
    private func found(_ index: DeckIndex, _ number: E164, at time: Int64) -> [String] {
        unsafe withUnsafeTemporaryAllocation(of: DeckIndex.Found.self, capacity: index.decks.count) { memory in
            unsafe memory.initialize(repeating: .noPrefix)
            var found = unsafe memory.mutableSpan
            index.lookUp(number, at: time, &found)
            return index.decks.indices.map { deck in
                let found = found[deck]
                guard found.hasPrefix else { return "no prefix" }
                guard found.isInEffect else { return "out of date" }
                let tariff = index.tariffs[found.tariff]
                return "\(index.decks[deck].ids[found.row]) \(found.prefixCount) \(tariff.isBlocked) "
                    + "\(tariff.terms(for: .interstate).nextRate)"
            }
        }
    }

    private func alone(_ deck: RateTable, _ number: E164, at time: Int64) -> String {
        switch deck.lookUp(number, at: time) {
        case .noPrefix: "no prefix"
        case .outOfDate: "out of date"
        case .found(let match):
            "\(match.id) \(match.prefix.count) \(match.isBlocked) \(match.terms(for: .interstate).nextRate)"
        }
    }

    @Test func `one look-up finds in every deck what each of them has, at any time`() throws {
        var generator = SeededGenerator(seed: 11)
        for (count, size) in [(0, 0), (1, 150), (2, 150), (7, 150), (300, 4)] {
            let rows = (0..<count).map { _ in Self.rows(size, &generator) }
            let decks = try rows.map { try Self.deck($0) }
            let indexed = try rows.map { try Self.deck($0, isMerged: false) }
            let index = DeckIndex(decks)
            for _ in 0..<400 {
                // Now and then shorter than the prefixes around it.
                let length = Int.random(in: 1...10, using: &generator)
                let digits = "1" + String((0..<length).map { _ in "123".randomElement(using: &generator) ?? "1" })
                let (number, time) = (number("+" + digits), Int64.random(in: -5...130, using: &generator))
                let found = found(index, number, at: time)
                #expect(found == decks.map { alone($0, number, at: time) })
                #expect(found == indexed.map { alone($0, number, at: time) })
            }
        }
    }

    @Test func `the prefixes of all decks come in order, and each deck in its place`() {
        var generator = SeededGenerator(seed: 12)
        for count in [0, 1, 2, 3, 300] {
            let decks = (0..<count).map { _ in
                (0..<Int.random(in: 1...9, using: &generator)).map { _ in UInt64.random(in: 0...50, using: &generator) }
                    .sorted()
            }
            var next = [Int](repeating: 0, count: count)
            var queue = DeckIndex.DeckQueue(decks.enumerated().map { DeckIndex.DeckQueue.Head(key: $1[0], deck: $0) })
            var order: [[UInt64]] = []
            while let head = queue.first {
                order.append([head.key, UInt64(head.deck)])
                next[head.deck] += 1
                queue.replaceFirst(next[head.deck] < decks[head.deck].count ? decks[head.deck][next[head.deck]] : nil)
            }
            let expected = decks.enumerated().flatMap { deck, keys in keys.map { [$0, UInt64(deck)] } }
            #expect(order == expected.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test func `a row that is over makes room for a shorter prefix, a blocked one does not`() throws {
        let decks = try [
            Self.deck([row(1, "1", "0.01"), row(2, "1212", "0.02", until: 10)]),
            Self.deck([row(3, "1", "0.03"), row(4, "1212", "0", isBlocked: true)]),
            Self.deck([row(5, "1212555", "0.05", from: 20)]), Self.deck([row(6, "44", "0.06")]),
        ]
        let index = DeckIndex(decks)
        #expect(
            found(index, number("+12125550100"), at: 15) == [
                "\(uuid(1)) 1 false 0.01", "\(uuid(4)) 4 true 0", "out of date", "no prefix",
            ])
    }

    @Test func `the index of decks that stay the same is kept, and that of others is made`() throws {
        var world = try World()
        let first = RoutingSnapshot(world.input)
        world.input.carrierTrunks.reverse()
        world.input.carrierTrunks[0].priority = 7
        let second = RoutingSnapshot(world.input, keeping: first)
        #expect(second.markets[0].index === first.markets[0].index)
        world.input.carrierTrunks[0].decks = [try Self.deck([row(7, "1", "0.001")])]
        let third = RoutingSnapshot(world.input, keeping: second)
        #expect(third.markets[0].index !== second.markets[0].index)
        // A trunk out of use needs no place in it, and an empty deck has none.
        world.input.carrierTrunks[0].status = .suspended
        world.input.carrierTrunks[1].decks.append(try Self.deck([]))
        #expect(RoutingSnapshot(world.input).markets[0].index.decks.count < third.markets[0].index.decks.count)
    }
}
