/// A price per minute, at the scale of `Money`. The unit is in the type because published rate examples mix per-minute
/// and per-second prices.
///
/// A rate is never negative and at most 200,000 a minute. The limit is what lets every price of a call of at most
/// 31 days fit `Money` and its column, so that rating needs no overflow case.
package struct Rate: Sendable, Hashable {
    /// The price of one minute, in 10⁻⁸.
    package let unitsPerMinute: Int64

    package static let zero = Rate(checked: 0)
    package static let maximum = Rate(checked: 200_000 * FixedPoint.unitsPerOne)

    /// For what is known to be within the limits.
    init(checked unitsPerMinute: Int64) { self.unitsPerMinute = unitsPerMinute }

    /// - Throws: `MoneyError.outOfRange` below zero or above `maximum`.
    package init(unitsPerMinute: Int64) throws(MoneyError) {
        guard unitsPerMinute >= 0, unitsPerMinute <= Rate.maximum.unitsPerMinute else { throw .outOfRange }
        self.unitsPerMinute = unitsPerMinute
    }

    /// Reads exact decimal text, a price per minute. More than eight decimals is an error.
    package init(parsing text: some StringProtocol) throws(MoneyError) {
        try self.init(unitsPerMinute: try FixedPoint.units(of: text))
    }
}

extension Rate: Comparable {
    package static func < (left: Rate, right: Rate) -> Bool { left.unitsPerMinute < right.unitsPerMinute }
}

extension Rate: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let rate = try? Rate(parsing: description) else { return nil }
        self = rate
    }

    /// The exact decimal per minute without superfluous zeros: `0.00137`.
    package var description: String { FixedPoint.text(unitsPerMinute, minimumDecimals: 0) }

    /// Writes the same behind other text, in UTF-8.
    package func appendText(to bytes: inout [UInt8]) {
        FixedPoint.appendText(unitsPerMinute, minimumDecimals: 0, to: &bytes)
    }
}
