import Telecom

extension BinaryInteger {
    /// With its thousands apart: `1,234,567`.
    var shown: String {
        let digits = String(magnitude)
        var parts: [Substring] = []
        var rest = digits[...]
        while rest.count > 3 {
            parts.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        return (self < 0 ? "-" : "") + ([rest] + parts).joined(separator: ",")
    }

    /// With its sign, as a difference.
    var signed: String { self > 0 ? "+\(shown)" : shown }
}

extension Money {
    /// As those of `MoneySum`.
    var shownDecimals: Int { MoneySum(self).shownDecimals }

    func shown(decimals: Int) -> String { MoneySum(self).shown(decimals: decimals) }

    func signed(decimals: Int) -> String { MoneySum(self).signed(decimals: decimals) }
}

extension MoneySum {
    /// How many decimals people are shown of amounts of which the largest is this one.
    var shownDecimals: Int { units.magnitude >= 1_000 * 100_000_000 ? 2 : 4 }

    /// Rounded for people, halves away from zero, with its thousands apart. Programs are given all eight decimals.
    func shown(decimals: Int) -> String {
        let dropped = (decimals..<8).reduce(Int64(1)) { step, _ in step * 10 }
        let kept = scaled(by: 1, over: dropped).units
        let scale = UInt128(100_000_000 / dropped)
        let part = String(kept.magnitude % scale)
        let zeros = String(repeating: "0", count: decimals - part.count)
        return (kept < 0 ? "-" : "") + (kept.magnitude / scale).shown + "." + zeros + part
    }

    /// The same with its sign, as a difference.
    func signed(decimals: Int) -> String {
        self > .zero ? "+" + shown(decimals: decimals) : shown(decimals: decimals)
    }
}
