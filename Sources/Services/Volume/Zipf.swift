import Foundation

/// Ranks of which few come up often and many seldom: rank r, from 0, as often as 1 / (r + 1)^exponent.
struct Zipf: Sendable {
    private let cumulative: [Double]

    /// - Precondition: `count` is above zero.
    init(count: Int, exponent: Double) {
        var sum = 0.0
        cumulative = (1...count).map { rank in
            sum += pow(Double(rank), -exponent)
            return sum
        }
    }

    func rank(_ random: inout SplitMix64) -> Int {
        let wanted = random.uniform() * cumulative[cumulative.count - 1]
        return cumulative.firstIndexOfSorted(above: wanted)
    }
}

extension Array where Element: Comparable {
    /// The first position whose element is above a value, in an array in ascending order; the last one where none is.
    func firstIndexOfSorted(above value: Element) -> Int {
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low + high) / 2
            if self[middle] > value { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
