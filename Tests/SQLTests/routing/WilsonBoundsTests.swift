import Postgres
import TestSupport
import Testing

/// routing.wilson_bounds: between which bounds a ratio lies with 95 % confidence.
@Suite(.database) struct WilsonBoundsTests {
    struct Row: CustomTestStringConvertible {
        let successes: Int
        let trials: Int
        /// In hundredths of a per cent.
        let low: Int
        let high: Int
        var testDescription: String { "\(successes) of \(trials)" }
    }

    /// Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3: 81 of 263 lies in 0.2553…0.3662, 15 of 148 in
    /// 0.0624…0.1605, 0 of 20 in 0…0.1611, 1 of 29 in 0.0061…0.1718.
    @Test(arguments: [
        Row(successes: 81, trials: 263, low: 2553, high: 3662), Row(successes: 15, trials: 148, low: 624, high: 1605),
        Row(successes: 0, trials: 20, low: 0, high: 1611), Row(successes: 1, trials: 29, low: 61, high: 1718),
        Row(successes: 20, trials: 20, low: 8389, high: 10000),
    ])
    func `the published bounds`(_ row: Row) async throws {
        let bounds = try await bounds(row.successes, row.trials)
        // Rounded outwards, where the publication rounds to the nearest.
        #expect([row.low - 1, row.low].contains(bounds.0))
        #expect([row.high, row.high + 1].contains(bounds.1))
    }

    @Test func `of nothing nothing is known, and of much nearly all`() async throws {
        #expect(try await bounds(0, 0) == (0, 10000))
        let much = try await bounds(500_000, 1_000_000)
        #expect(much == (4990, 5010))
    }

    private func bounds(_ successes: Int, _ trials: Int) async throws -> (Int, Int) {
        let rows = try await TestDatabase.suite.engine.run(
            "select low_bp, high_bp from routing.wilson_bounds(\(successes)::bigint, \(trials)::bigint)"
        ).decode(Int.self, Int.self)
        #expect(rows.count == 1)
        return try #require(rows.first)
    }
}
