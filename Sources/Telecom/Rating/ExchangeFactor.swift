/// What amounts are multiplied by to be in another currency: a fraction, so that a pair that is quoted the other way
/// round is divided by its rate exactly.
package struct ExchangeFactor: Sendable, Hashable {
    package let numerator: Int64
    package let denominator: Int64

    /// - Parameters:
    ///   - rate: what a unit of one currency is worth in the other.
    ///   - isInverse: whether it is quoted from the other currency to the one of the prices.
    /// - Returns: nil for a rate that is not above zero.
    package init?(rate: Money, isInverse: Bool = false) {
        guard rate.units > 0 else { return nil }
        (numerator, denominator) =
            isInverse ? (FixedPoint.unitsPerOne, rate.units) : (rate.units, FixedPoint.unitsPerOne)
    }
}
