/// An exact amount of money: a whole count of 10⁻⁸ of the currency's main unit, as `numeric(18,8)` in the database.
///
/// The range is ±92,233,720,368.54775807. The operators trap on overflow, as those of `Int64` do: an amount comes from
/// a column of `numeric(18,8)` or from `RateTerms`, whose limits keep a price inside the range, so an overflow is a
/// fault of the program and never of its input. What many of them come to is a `MoneySum`.
package struct Money: Sendable, Hashable {
    /// The count of 10⁻⁸ units.
    package let units: Int64

    package static let zero = Money(units: 0)

    package init(units: Int64) { self.units = units }

    /// Reads exact decimal text such as `12.5` or `-0.00000001`.
    /// - Throws: `MoneyError`, also for more than eight decimals: nothing is rounded on the way in.
    package init(parsing text: some StringProtocol) throws(MoneyError) {
        self.init(units: try FixedPoint.units(of: text))
    }

    /// This amount times `numerator / denominator`, rounded once to 10⁻⁸, halves away from zero.
    /// - Precondition: `denominator > 0`, and the result is in range.
    package func scaled(by numerator: Int64, over denominator: Int64) -> Money {
        let product = Int128(units) * Int128(numerator)
        return Money(units: Int64(FixedPoint.roundedQuotient(product, Int128(denominator))))
    }

    package static func + (left: Money, right: Money) -> Money { Money(units: left.units + right.units) }
    package static func - (left: Money, right: Money) -> Money { Money(units: left.units - right.units) }
    package static prefix func - (amount: Money) -> Money { Money(units: -amount.units) }
    package static func += (left: inout Money, right: Money) { left = left + right }
    package static func -= (left: inout Money, right: Money) { left = left - right }
}

extension Money: Comparable {
    package static func < (left: Money, right: Money) -> Bool { left.units < right.units }
}

extension Money: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let units = try? FixedPoint.units(of: description) else { return nil }
        self.init(units: units)
    }

    /// The exact decimal without superfluous zeros: `0.004795`, `-3`, `0`.
    package var description: String { FixedPoint.text(units, minimumDecimals: 0) }

    /// Writes the same behind other text, in UTF-8.
    package func appendText(to bytes: inout [UInt8]) {
        FixedPoint.appendText(units, minimumDecimals: 0, to: &bytes)
    }

    /// The exact decimal with at least so many decimals: `12.50` for two. It never rounds.
    package func text(minimumDecimals: Int) -> String {
        FixedPoint.text(units, minimumDecimals: min(max(minimumDecimals, 0), FixedPoint.decimals))
    }
}

/// Why text or a sum is not an amount.
package enum MoneyError: Error, Hashable, Sendable {
    /// Not `[+-]digits[.digits]`.
    case notANumber
    /// More than eight decimals; a rate or an amount is never rounded silently.
    case tooManyDecimals
    /// Outside what the type can hold.
    case outOfRange
}
