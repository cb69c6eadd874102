/// A `numeric` of PostgreSQL as a count of a power of ten: `units` × 10^-`scale`.
///
/// It holds what fits 64 bits, which is every amount and rate here (18 digits); more is a decoding error, never a
/// silent rounding. NaN and the infinities are not numbers to us.
package struct Numeric: Sendable, Hashable, PostgresEncodable, PostgresDecodable {
    package let units: Int64
    /// Digits after the decimal point, 0 … 18.
    package let scale: Int

    package init(units: Int64, scale: Int) {
        precondition((0...18).contains(scale), "a scale is 0 … 18")
        self.units = units
        self.scale = scale
    }

    /// The same number with another scale; `nil` when digits would be lost or it does not fit.
    package func units(atScale target: Int) -> Int64? {
        var value = units
        var scale = scale
        while scale < target {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
            scale += 1
        }
        while scale > target {
            guard value % 10 == 0 else { return nil }
            value /= 10
            scale -= 1
        }
        return value
    }

    package static var postgresType: UInt32 { PostgresType.numeric }
    package static var postgresTypes: [UInt32] { [PostgresType.numeric] }

    // numeric_send: ndigits, weight, sign, dscale, then base-10000 digits, the first worth 10000^weight.
    private static let negativeSign: UInt16 = 0x4000

    package func encode(into bytes: inout [UInt8]) { Self.encode(Int128(units), scale: scale, into: &bytes) }

    /// What does not fit 64 bits is sent in the same way.
    /// - Parameter scale: 0 … 18.
    package static func encode(_ units: Int128, scale: Int, into bytes: inout [UInt8]) {
        // Group from the decimal point outwards: pad the fraction to whole groups of four digits.
        let padding = (4 - scale % 4) % 4
        var rest = units.magnitude
        for _ in 0..<padding { rest *= 10 }
        var digits: [Int16] = []
        while rest > 0 {
            digits.append(Int16(rest % 10_000))
            rest /= 10_000
        }
        let weight = digits.count - 1 - (scale + padding) / 4
        bytes.append(bigEndian: Int16(digits.count))
        bytes.append(bigEndian: Int16(digits.isEmpty ? 0 : weight))
        bytes.append(bigEndian: units < 0 ? negativeSign : 0)
        bytes.append(bigEndian: UInt16(scale))
        for digit in digits.reversed() { bytes.append(bigEndian: digit) }
    }

    package init?(postgres bytes: RawSpan, type: UInt32) {
        guard let (value, scale) = Self.decode(bytes), let units = Int64(exactly: value) else { return nil }
        self.init(units: units, scale: scale)
    }

    /// What may not fit 64 bits: up to 36 digits.
    package static func decode(_ bytes: RawSpan) -> (units: Int128, scale: Int)? {
        guard let count = bytes.integer(at: 0, as: Int16.self), let weight = bytes.integer(at: 2, as: Int16.self),
            let sign = bytes.integer(at: 4, as: UInt16.self), let scale = bytes.integer(at: 6, as: UInt16.self),
            sign == 0 || sign == negativeSign, scale <= 18, count <= 9
        else { return nil }
        var value: Int128 = 0
        for index in 0..<Int(count) {
            guard let digit = bytes.integer(at: 8 + 2 * index, as: Int16.self) else { return nil }
            value = value * 10_000 + Int128(digit)
        }
        // The last digit is worth 10000^(weight - count + 1); bring it to 10^-scale.
        var exponent = 4 * (Int(weight) - Int(count) + 1) + Int(scale)
        while exponent > 0 && value != 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            exponent -= 1
        }
        while exponent < 0 {
            value /= 10
            exponent += 1
        }
        return (sign == 0 ? value : -value, Int(scale))
    }
}
