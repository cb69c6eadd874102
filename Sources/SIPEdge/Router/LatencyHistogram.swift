import Synchronization

/// Durations in buckets that grow by a tenth: any quantile to within 10 %, in a fixed space.
package final class LatencyHistogram: Sendable {
    private let counts = Mutex([Int](repeating: 0, count: LatencyHistogram.buckets))

    private static let buckets = 200
    private static let firstNanoseconds = 1_000.0

    package init() {}

    /// Counts one duration.
    package func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var upper = Self.firstNanoseconds
        let nanoseconds = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        var bucket = 0
        while upper < nanoseconds && bucket < Self.buckets - 1 {
            upper *= 1.1
            bucket += 1
        }
        counts.withLock { $0[bucket] += 1 }
    }

    package var count: Int { counts.withLock { $0.reduce(0, +) } }

    /// The duration that a part of all stays below, in microseconds; 0 when there is none.
    /// - Parameter part: 0.5 for the median.
    package func microseconds(at part: Double) -> Double {
        let counts = counts.withLock(\.self)
        let wanted = Double(counts.reduce(0, +)) * part
        var seen = 0
        var upper = Self.firstNanoseconds
        for count in counts {
            seen += count
            if Double(seen) >= wanted && seen > 0 { return upper / 1000 }
            upper *= 1.1
        }
        return 0
    }
}
