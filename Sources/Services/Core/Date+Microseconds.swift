package import Foundation

extension Date {
    /// Microseconds since 1970, as the edge and the engines count time. A time beyond what they can count, as the
    /// infinity of PostgreSQL, is the last or the first that they can.
    package var microseconds: Int64 {
        let microseconds = (timeIntervalSince1970 * 1_000_000).rounded()
        return Int64(exactly: microseconds) ?? (microseconds > 0 ? .max : .min)
    }

    package init(microseconds: Int64) {
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }
}
