import Foundation
import Glibc
import Processes
import TestSupport
import Testing

extension EndToEndTests {
    /// `heddle serve` is killed again and again while calls go on.
    @Suite(.serialized, .heddle("killsoak")) struct KillSoakTests {
        private let heddle: TestHeddle
        private let rounds = Soak.count(short: 2, long: 100)
        /// After so many rounds all books are looked at.
        private let roundsBetweenChecks = 5

        init() throws { heddle = try TestHeddle.suite }

        /// The calls of one round, and how many of them were answered before the kill.
        private struct Round {
            let placed: Placed
            let answered: Int
        }

        @Test(arguments: Soak.seeds(short: 1, long: 1))
        func `a heddle that is killed again and again loses no call and no money`(seed: UInt64) async throws {
            var random = SeededGenerator(seed: seed)
            let edge = try #require(heddle.kamailio)
            for first in stride(from: 1, through: rounds, by: roundsBetweenChecks) {
                // A far end of its own each time: SIPp ends after two minutes and a half.
                try await heddle.with([.answers("carrier_b")]) {
                    var unchecked: [Round] = []
                    for _ in first...min(first + roundsBetweenChecks - 1, rounds) {
                        let pause = Duration.milliseconds(Int.random(in: 0...800, using: &random))
                        unchecked.append(try await killOnce(after: pause))
                    }
                    for round in unchecked { try await check(round) }
                    let next = try await heddle.call(Dialling())
                    #expect(try await heddle.settled(next).map(\.code) == [200])
                }
            }
            #expect(heddle.kamailio == edge)
        }

        private func killOnce(after pause: Duration) async throws -> Round {
            let placed = try await heddle.dial(Dialling(calls: 10, perSecond: 8, talkMilliseconds: 800))
            let answered = 2
            try await heddle.answered(placed, answered)
            try await Task.sleep(for: pause)
            await heddle.killServers()
            // Some calls end while nobody takes their CDRs, some are refused by the edge itself.
            _ = await placed.finished()
            try await heddle.serve(until: "adopted the running SIP edge")
            return Round(placed: placed, answered: answered)
        }

        /// One CDR for each call, ledgers that equal balances, nothing held, and no answered call that is not told.
        private func check(_ round: Round) async throws {
            let told = try await heddle.settled(round.placed)
            #expect(told.count { $0.code == 200 } >= round.answered)
            // What the edge says when no router answers, or one that has just begun does not know its data yet.
            #expect(told.allSatisfy { [200, 503].contains($0.code) }, "\(told.map(\.code))")
        }
    }
}
