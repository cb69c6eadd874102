import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What a draft would have made of calls that were made.
@Suite(.database) struct ReplayCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let week: Int64 = 7 * 86_400 * 1_000_000

    static let turns: [(startedAt: Int64, now: Int64, again: Int64)] = [
        (0, 0, 0), (0, 1, week), (0, week, week), (0, week + 1, 2 * week), (5, 2 * week + 5, 2 * week + 5),
        (5, 2 * week + 4, 2 * week + 5), (week + 7, 7, 7), (week + 7, 8, week + 7),
    ]

    @Test(arguments: turns) func `a call is made again whole weeks later, in the seven days from an instant`(
        startedAt: Int64, now: Int64, again: Int64
    ) {
        #expect(ReplayCalls.again(startedAt, from: now) == again)
    }

    @Test func `other carriers, other costs, and calls that would have no route`() async throws {
        let market = try await WhatIfMarket(db)
        let sheet = try await FindSheet(db.engine)("A", .deck, of: market.tenant)
        let scratch = try ScratchFile("Prefix,Rate,Increments\n44,0.03,60/60\n33,0.02,60/60\n")
        defer { scratch.remove() }
        let draft = try #require(try await ImportSheet(db.engine)(scratch.path, into: sheet).version)

        let (before, after) = try await RehearseRouting(db.engine)(after: [sheet.key: draft], of: market.tenant)
        let span = market.now.addingTimeInterval(-86_400)..<market.now
        let replay = ReplayCalls(db.engine, tenant: market.tenant)
        let sums = try await replay(.init(span, currency: "USD"), by: before, and: after)

        #expect(sums.calls == 5)
        #expect(sums.total.talkSeconds == 271)
        #expect(sums.total.before.routed == 5)
        #expect("\(sums.total.before.cost) \(sums.total.before.sell)" == "0.0632 0.27")
        // 44 goes to B for 0.02 by whole minutes, so does 4420, which A blocks now; 49 goes nowhere.
        #expect(sums.total.after.routed == 4)
        #expect("\(sums.total.after.cost) \(sums.total.after.sell)" == "0.08 0.17")
        #expect("\(sums.total.rerouted) \(sums.total.lost) \(sums.total.won)" == "3 1 0")
        #expect(sums.carriers.mapValues { "\($0.before) \($0.after)" } == ["C / A": "5 1", "C / B": "0 3"])
        #expect(sums.refusals.mapValues { "\($0.before) \($0.after)" } == ["no_route": "0 1"])
        #expect(Set(sums.prefixes.keys) == ["44", "49", "33"])
        #expect(sums.hours.count == 5)

        #expect(try await replay.count(.init(span, currency: "USD"), upTo: 3) == 3)
        #expect(try await replay.count(.init(span, currency: "EUR"), upTo: 3) == 0)
        let last = try await replay(.init(span, currency: "USD", most: 2), by: before, and: after)
        #expect("\(last.calls) \(last.total.before.cost)" == "2 0.0232")
        // The draft still prices nothing.
        let (holds, same) = try await RehearseRouting(db.engine)(of: market.tenant)
        let again = try await replay(.init(span, currency: "USD"), by: holds, and: same)
        #expect(again.total.before == again.total.after && again.total.before == sums.total.before)
    }
}
