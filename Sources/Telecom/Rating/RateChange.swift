package import struct FoundationEssentials.UUID

/// What a step or a window makes of the rate that holds without it.
package enum RateChange: Sendable, Hashable {
    /// This one in its place, whatever it was.
    case rate(Rate)
    /// So many hundredths of a per cent of it.
    case factor(basisPoints: Int64)

    /// Ten times the rate.
    package static let largestFactor: Int64 = 100_000

    var isInRange: Bool {
        guard case .factor(let basisPoints) = self else { return true }
        return 0...RateChange.largestFactor ~= basisPoints
    }
}

/// Another rate from so many seconds on, of the call or of the use of the account (`billing.rate_steps`).
package struct RateStep: Sendable, Hashable {
    package let id: UUID
    package let fromSeconds: Int64
    package let change: RateChange

    package init(id: UUID, fromSeconds: Int64, change: RateChange) {
        self.id = id
        self.fromSeconds = fromSeconds
        self.change = change
    }

    package static let largestStart: Int64 = 1_000_000_000_000
}

/// A rate with the factors that came upon it. Three of four decimals each are kept whole, so that nothing is rounded.
struct FactoredRate {
    /// What a factor of one is.
    static let one: Int64 = 1_000_000_000_000

    var rate: Rate
    /// In 10⁻¹²: no more than three factors come together.
    var factor = FactoredRate.one

    mutating func apply(_ change: RateChange) {
        switch change {
        case .rate(let rate): self = FactoredRate(rate: rate)
        case .factor(let basisPoints): factor = factor / 10_000 * basisPoints
        }
    }
}
