/// A sum of amounts of money, exact as `Money`, as `numeric(28,8)` in the database.
///
/// `Money` is for what one call, one fee or one person pays, and is as small as rating wants it. What many of them come
/// to is beyond its range where a currency is worth little: a month of a carrier in rials has twelve digits and more.
/// No sum of what the database holds comes near the range of this.
package struct MoneySum: Sendable, Hashable {
    /// The count of 10⁻⁸ units.
    package let units: Int128

    package static let zero = MoneySum(units: 0)

    package init(units: Int128) { self.units = units }

    package init(_ amount: Money) { units = Int128(amount.units) }

    /// This amount times `numerator / denominator`, rounded once to 10⁻⁸, halves away from zero.
    /// - Precondition: `denominator > 0`, and the result is in range.
    package func scaled(by numerator: Int64, over denominator: Int64) -> MoneySum {
        MoneySum(units: FixedPoint.roundedQuotient(units * Int128(numerator), Int128(denominator)))
    }

    package static func + (left: MoneySum, right: MoneySum) -> MoneySum { MoneySum(units: left.units + right.units) }
    package static func - (left: MoneySum, right: MoneySum) -> MoneySum { MoneySum(units: left.units - right.units) }
    package static prefix func - (amount: MoneySum) -> MoneySum { MoneySum(units: -amount.units) }
    package static func += (left: inout MoneySum, right: MoneySum) { left = left + right }
    package static func -= (left: inout MoneySum, right: MoneySum) { left = left - right }
}

extension MoneySum: Comparable {
    package static func < (left: MoneySum, right: MoneySum) -> Bool { left.units < right.units }
}

extension MoneySum: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let units = try? FixedPoint.units(of: description, as: Int128.self) else { return nil }
        self.init(units: units)
    }

    /// The exact decimal without superfluous zeros: `0.004795`, `-3`, `0`.
    package var description: String { FixedPoint.text(units, minimumDecimals: 0) }

    /// The exact decimal with at least so many decimals: `12.50` for two. It never rounds.
    package func text(minimumDecimals: Int) -> String {
        FixedPoint.text(units, minimumDecimals: min(max(minimumDecimals, 0), FixedPoint.decimals))
    }
}
