import Telecom
import TestSupport
import Testing

/// How edges divide a limit.
struct LimitPartsTests {
    private func parts(_ limit: Int, _ demands: [Int], granted: [Int]? = nil, turn: Int = 0) -> [Int] {
        let granted = granted ?? demands.map { _ in 0 }
        return LimitParts.parts(
            of: limit, zip(granted, demands).map { LimitParts.Edge(granted: $0, demand: $1) }, turn: turn)
    }

    @Test(arguments: [
        // limit, what edges want, what they get
        (10, [10], [10]), (10, [0], [10]), (0, [3, 4], [0, 0]), (-3, [1], [0]),
        (10, [0, 0], [5, 5]), (10, [9, 9], [5, 5]), (10, [9, 2], [8, 2]), (10, [9, 0], [9, 1]),
        (10, [4, 2], [5, 5]), (10, [1, 8], [2, 8]), (20, [9, 0], [10, 10]), (10, [100, 100, 2], [4, 4, 2]),
        (9, [0, 0, 7], [1, 1, 7]), (1, [1, 0], [1, 0]), (1, [0, 1], [0, 1]),
    ]) func `who wants less gets it, the others equal parts, and the rest is for the next call`(
        limit: Int, demands: [Int], expected: [Int]
    ) {
        #expect(parts(limit, demands) == expected)
    }

    @Test func `of what cannot be divided each has its turn, and at rest nothing moves`() {
        #expect((0..<4).map { parts(1, [1, 1], turn: $0) } == [[1, 0], [0, 1], [1, 0], [0, 1]])
        #expect(parts(5, [4, 4, 4], turn: 1) == [1, 2, 2])
        #expect(parts(1, [0, 0], granted: [0, 1], turn: 0) == [0, 1])
        #expect(parts(1, [0, 0], granted: [1, 0], turn: 1) == [1, 0])
        #expect(parts(7, [0, 0], granted: [3, 4], turn: 0) == [3, 4])
    }

    /// One unit after the other goes to whoever wants more and has least.
    private func oracle(_ limit: Int, _ demands: [Int]) -> (least: Int, parts: [Int]) {
        var parts = demands.map { _ in 0 }
        var left = limit
        while left > 0 {
            let open = parts.indices.filter { parts[$0] < demands[$0] }
            guard let next = open.min(by: { (parts[$0], $0) < (parts[$1], $1) }) else { break }
            parts[next] += 1
            left -= 1
        }
        return (left, parts)
    }

    @Test(arguments: 1...40) func `parts are what giving unit by unit gives`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let limit = Int.random(in: 0...40, using: &random)
            let demands = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int.random(in: 0...20, using: &random)
            }
            let granted = demands.map { _ in Int.random(in: 0...20, using: &random) }
            let found = parts(limit, demands, granted: granted, turn: Int.random(in: 0...9, using: &random))
            #expect(found.reduce(0, +) == limit, "\(limit) \(demands)")
            let (spare, fair) = oracle(limit, demands)
            for index in demands.indices {
                if spare > 0 {
                    #expect(found[index] >= demands[index], "\(limit) \(demands) \(found)")
                } else {
                    // Who gets the odd one is a matter of the turn.
                    #expect(abs(found[index] - fair[index]) <= 1 && found[index] <= demands[index])
                }
            }
            if spare > 0 {
                // Nobody has more than it wants while another one has two less.
                for index in demands.indices where found[index] > demands[index] {
                    #expect(found.allSatisfy { $0 >= found[index] - 1 }, "\(limit) \(demands) \(found)")
                }
            }
        }
    }
}
