/// How much a call must bring at least. A route that brings less is not used: the higher of the two floors counts.
package struct MarginFloor: Sendable, Hashable {
    /// Per minute of the expected length.
    package let perMinute: Rate
    /// Hundredths of a per cent of the selling price: 0…10,000.
    package let basisPoints: Int64

    /// A route may cost as much as it brings.
    package static let zero = MarginFloor(perMinute: .zero, basisPoints: 0)

    package init(perMinute: Rate = .zero, basisPoints: Int64 = 0) {
        self.perMinute = perMinute
        self.basisPoints = min(max(basisPoints, 0), 10_000)
    }

    /// The least margin of a call of this length and selling price.
    package func amount(price: Money, talkSeconds: Int64) -> Money {
        if self == .zero { return .zero }
        let seconds = min(max(talkSeconds, 0), RateTerms.maximumTalkSeconds)
        let absolute = Money(units: perMinute.unitsPerMinute).scaled(by: seconds, over: 60)
        return max(absolute, price.scaled(by: basisPoints, over: 10_000))
    }
}
