/// Decimal numbers without the errors of floating point.
enum DecimalText {
    /// `37.25` by 1000 is 37250; what is behind the last unit is cut. `nil` for what is no number, or too large.
    static func scaled(_ text: String, by scale: Int64) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= 40, !parts[0].isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let whole = Int64(parts[0]), whole <= Int64.max / scale - 1
        else { return nil }
        var value = whole * scale
        var place = scale
        let decimals: Substring = parts.count == 2 ? parts[1] : ""
        for digit in decimals.utf8.prefix(18) where place > 1 {
            place /= 10
            value += Int64(digit - 0x30) * place
        }
        return isNegative ? -value : value
    }
}
