import Foundation
import Testing

@testable import HeddleBench

/// What the benchmarks write for programs, and what they make of their figures.
@Suite struct ReportTests {
    @Test func `every measurement has all keys, and null where there is nothing to compare with`() throws {
        let json = try Report.json([
            Measurement("reads", 1234.56789, "reads/s", against: "pgbench -S", 617.283945, method: "in turns"),
            Measurement("p50", 0.25, "ms", method: "alone"),
            Measurement("rows", 1, "rows/s", against: "nothing", 0, method: "no figure to divide by"),
        ])
        let list = try #require(try JSONSerialization.jsonObject(with: json) as? [[String: Any]])
        #expect(list.allSatisfy { Set($0.keys) == ["name", "value", "unit", "against", "ratio"] })
        #expect(list.map { $0["name"] as? String } == ["reads", "p50", "rows"])
        #expect(list.map { $0["value"] as? Double } == [1234.568, 0.25, 1])
        #expect(list.map { $0["unit"] as? String } == ["reads/s", "ms", "rows/s"])
        #expect(list.map { $0["against"] as? String } == ["pgbench -S: 617", nil, "nothing: 0"])
        #expect(list.map { $0["ratio"] as? Double } == [2, nil, nil])
        #expect(list[1]["against"] is NSNull && list[1]["ratio"] is NSNull)
    }

    @Test(arguments: [([], 0), ([3], 3), ([5, 1, 3], 3), ([4, 1, 3, 2], 3), ([1, 1, 9], 1)] as [([Double], Double)])
    func `the median is the middle one, of an even count the upper of two`(values: [Double], expected: Double) {
        #expect(median(values) == expected)
    }

    @Test func `figures that are measured in turns have a median each`() async throws {
        var turn = 0.0
        let found = try await medians(
            rounds: 3,
            {
                turn += 1
                return [turn, 10 * turn]
            }, { [turn * turn] })
        #expect(found == [[2, 20], [4]])
    }
}
