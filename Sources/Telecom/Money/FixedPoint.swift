/// Decimal text to and from a whole count of 10⁻⁸, and the one rounding rule of the product.
///
/// `Money`, `MoneySum` and `Rate` share it, so that amounts and rates are read, written and rounded the same way.
enum FixedPoint {
    static let decimals = 8
    static let unitsPerOne: Int64 = 100_000_000
    /// Far beyond what any type here holds, and so small that its units fit 128 bits.
    private static let largestText: Int128 = 10_000_000_000_000_000_000_000_000_000

    /// Reads `[+-]digits[.digits]`, with at least one digit and at most eight decimals. Nothing is ever rounded here:
    /// a ninth decimal is an error even when it is zero, because a deck that has one was made for another scale.
    static func units<Units: FixedWidthInteger & SignedInteger>(
        of text: some StringProtocol, as type: Units.Type = Int64.self
    ) throws(MoneyError) -> Units {
        var magnitude: Int128 = 0
        var digitCount = 0
        var decimalCount: Int?
        var isNegative = false
        for (position, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where position == 0: isNegative = true
            case UInt8(ascii: "+") where position == 0: break
            case UInt8(ascii: ".") where decimalCount == nil: decimalCount = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digitCount += 1
                if let count = decimalCount {
                    guard count < decimals else { throw .tooManyDecimals }
                    decimalCount = count + 1
                }
                magnitude = magnitude * 10 + Int128(byte - UInt8(ascii: "0"))
                guard magnitude <= largestText else { throw .outOfRange }
            default: throw .notANumber
            }
        }
        // "1." and ".5" are refused: both are more often a damaged file than a habit.
        guard digitCount > 0, decimalCount != 0, digitCount > decimalCount ?? 0 else { throw .notANumber }
        for _ in (decimalCount ?? 0)..<decimals { magnitude *= 10 }
        guard let units = Units(exactly: isNegative ? -magnitude : magnitude) else { throw .outOfRange }
        return units
    }

    /// The exact value without superfluous zeros, but with at least `minimumDecimals` decimals.
    static func text(_ units: some FixedWidthInteger & SignedInteger, minimumDecimals: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        appendText(units, minimumDecimals: minimumDecimals, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same text behind others: every call's prices are written so.
    static func appendText(
        _ units: some FixedWidthInteger & SignedInteger, minimumDecimals: Int, to bytes: inout [UInt8]
    ) {
        let (whole, fraction) = units.magnitude.quotientAndRemainder(dividingBy: numericCast(unitsPerOne))
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = whole
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
        if fraction == 0, minimumDecimals == 0 { return }
        bytes.append(UInt8(ascii: "."))
        var (part, scale) = (UInt32(truncatingIfNeeded: fraction), UInt32(unitsPerOne / 10))
        for position in 0..<decimals where part > 0 || position < minimumDecimals {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: part / scale))
            (part, scale) = (part % scale, max(scale / 10, 1))
        }
    }

    /// `numerator / divisor` rounded to a whole number, halves away from zero, as PostgreSQL's `round(numeric)` does.
    static func roundedQuotient(_ numerator: Int128, _ divisor: Int128) -> Int128 {
        precondition(divisor > 0, "a divisor is a positive constant or a count")
        // Nearly every price fits a machine word, which divides many times as fast.
        if let small = Int64(exactly: numerator), let by = Int64(exactly: divisor) {
            let (quotient, remainder) = small.quotientAndRemainder(dividingBy: by)
            let isUp = remainder.magnitude * 2 >= by.magnitude && remainder != 0
            return Int128(isUp ? quotient + small.signum() : quotient)
        }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: divisor)
        guard remainder.magnitude * 2 >= divisor.magnitude else { return quotient }
        return quotient + numerator.signum()
    }
}
