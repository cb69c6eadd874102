import Foundation
import Testing

@testable import Services

/// The random numbers, and what is drawn with them.
@Suite struct VolumeNumbersTests {
    @Test func `the numbers are those that SplitMix64 is published with`() {
        var random = SplitMix64(seed: 0)
        let numbers = (0..<3).map { _ in random.next() }
        #expect(numbers == [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f])
    }

    @Test func `things have numbers of their own`() {
        let streams: [SplitMix64.Stream] = [.call, .account, .did]
        let firsts = streams.flatMap { stream in
            (0..<1000).map { number in
                var random = SplitMix64(seed: 7, stream: stream, number: number)
                return random.next()
            }
        }
        #expect(Set(firsts).count == 3000)
    }

    @Test func `distributions have the means that they promise`() {
        var random = SplitMix64(seed: 3)
        func mean(_ draw: (inout SplitMix64) -> Double) -> Double {
            (0..<20_000).reduce(0) { sum, _ in sum + draw(&random) } / 20_000
        }
        #expect((0.49...0.51).contains(mean { $0.uniform() }))
        #expect((9.7...10.3).contains(mean { $0.exponential(mean: 10) }))
        #expect((0.29...0.31).contains(mean { $0.chance(0.3) ? 1 : 0 }))
        #expect((4.4...4.6).contains(mean { Double($0.below(10)) }))
        // Half lie below the median.
        #expect((0.48...0.52).contains(mean { $0.logNormal(median: 78, spread: 1.1) < 78 ? 1 : 0 }))
    }

    @Test func `the first rank comes up twice as often as the second, and three times as often as the third`() {
        let zipf = Zipf(count: 50, exponent: 1)
        var random = SplitMix64(seed: 5)
        var counts = [Double](repeating: 0, count: 50)
        for _ in 0..<40_000 { counts[zipf.rank(&random)] += 1 }
        #expect((1.85...2.15).contains(counts[0] / counts[1]) && (2.7...3.3).contains(counts[0] / counts[2]))
        #expect(counts.allSatisfy { $0 > 0 })
    }

    @Test(arguments: [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2), (9, 2)])
    func `a place in an ascending list is the first one above a value`(value: Int, place: Int) {
        #expect([1, 5, 9].firstIndexOfSorted(above: value) == place)
    }

    @Test(arguments: [(1, 1), (7, 1), (1, 1000), (500, 3), (100_000, 31)])
    func `every call has its time, in order, within the days`(calls: Int, days: Int) {
        let curve = CallCurve(calls: calls, firstDay: 20_000, days: days)
        var random = SplitMix64(seed: 1)
        let day_us: Int64 = 86_400_000_000
        var last = 20_000 * day_us
        for number in stride(from: 0, to: calls, by: max(calls / 2000, 1)) {
            let time = curve.startMicroseconds(of: number, &random)
            #expect(time >= last && time < Int64(20_000 + days) * day_us)
            last = time
        }
    }

    @Test(arguments: ["2026-11-01", "1970-01-01", "2024-02-29"]) func `days are read as they are written`(text: String)
    {
        #expect(VolumePlan.day(text).map { VolumePlan.text(day: $0) } == text)
    }

    @Test(arguments: ["", "2026-13-01", "2026-1-1", "2026-02-30", "26-11-01", "tomorrow!!"])
    func `what is no day is refused`(text: String) {
        #expect(VolumePlan.day(text) == nil)
    }

    @Test(arguments: [
        (1000, 2000, 950), (1000, 0, 0), (1000, 60, 10), (1000, 50, 0), (1, 1, 1), (2, 5, 2), (3, 3, 2),
    ]) func `a campaign takes a customer with a number`(accounts: Int, numbers: Int, campaigns: Int) {
        var plan = VolumePlan()
        plan.accounts = accounts
        plan.numbers = numbers
        #expect(plan.campaignLimit == campaigns)
    }
}
