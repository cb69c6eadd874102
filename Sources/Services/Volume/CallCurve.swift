/// When calls come: most in the office hours of North America, few at night and at the weekend.
///
/// Calls are numbered in the order in which they start, so that any part of them can be made without the rest.
struct CallCurve: Sendable {
    /// How many calls there are before each hour, and in all at the end.
    private let before: [Int]
    private let startMicroseconds: Int64

    /// By hour of UTC; the busiest ones are the afternoon in New York, which is the morning in Los Angeles.
    static let hours: [Double] = [
        0.42, 0.33, 0.25, 0.18, 0.12, 0.08, 0.06, 0.06, 0.08, 0.12, 0.20, 0.35,
        0.60, 0.82, 1.00, 1.08, 1.10, 1.02, 1.04, 1.08, 1.05, 0.92, 0.72, 0.54,
    ]
    /// From Monday on.
    static let weekdays: [Double] = [1.06, 1.08, 1.05, 1.03, 0.98, 0.38, 0.27]

    private static let hour_us: Int64 = 3_600_000_000

    /// - Parameter firstDay: in days since 1970-01-01, which was a Thursday.
    init(calls: Int, firstDay: Int, days: Int) {
        startMicroseconds = Int64(firstDay) * 24 * Self.hour_us
        var weight = 0.0
        let weights = (0..<days * 24).map { hour in
            weight += Self.hours[hour % 24] * Self.weekdays[(firstDay + hour / 24 + 3) % 7]
            return weight
        }
        // The rounding errors of hours do not add up, and the last one has all calls before its end.
        before = [0] + weights.map { Int((Double(calls) * ($0 / weight)).rounded()) }
    }

    /// When a call starts, in µs since 1970: never before the one with the number below.
    func startMicroseconds(of number: Int, _ random: inout SplitMix64) -> Int64 {
        let hour = before.firstIndexOfSorted(above: number) - 1
        let inHour = before[hour + 1] - before[hour]
        let position = (Double(number - before[hour]) + random.uniform()) / Double(inHour)
        let offset = min(Int64(position * Double(Self.hour_us)), Self.hour_us - 1)
        return startMicroseconds + Int64(hour) * Self.hour_us + offset
    }
}
