import TestSupport
import Testing

@testable import Telecom

@Suite struct RankingTests {
    /// Few are sorted in another way than many.
    @Test(arguments: [0, 1, 2, 10, 32, 33, 200])
    func `those that will do come by cost, the others as they came`(count: Int) {
        var generator = SeededGenerator(seed: 5)
        let all = (0..<count).map { position in
            var considered = Considered(position, Int.random(in: 0...2, using: &generator) == 0 ? .margin : .chosen)
            considered.cost = Int64.random(in: 0...20, using: &generator)
            return considered
        }
        var ranking = Ranking(count)
        for considered in all { ranking.add(considered) }
        func isBefore(_ left: Considered, _ right: Considered) -> Bool {
            (left.cost, left.carrierTrunk) < (right.cost, right.carrierTrunk)
        }
        ranking.sort(isBefore: isBefore)
        let able = all.filter { $0.outcome == .chosen }.sorted(by: isBefore)
        #expect(ranking.ableCount == able.count)
        let taken = ranking.take(8)
        let expected = able + all.filter { $0.outcome != .chosen }
        #expect(taken.map(\.carrierTrunk) == expected.map(\.carrierTrunk))
        for (rank, considered) in taken.prefix(able.count).enumerated() {
            #expect(considered.outcome == (rank < 8 ? .chosen : .beyondRouteLimit))
        }
    }
}
