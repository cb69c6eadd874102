/// A whole number as people write large ones: `500`, `20k`, `1.5M`.
struct Quantity: Equatable {
    let value: Int

    private static let multipliers: [Character: Int] = ["k": 1_000, "K": 1_000, "m": 1_000_000, "M": 1_000_000]

    /// - Returns: `nil` for what is no number, and for one that is not whole.
    init?(_ text: String) {
        let multiplier = text.last.flatMap { Self.multipliers[$0] }
        let parts = (multiplier == nil ? text[...] : text.dropLast()).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isDigits = parts.allSatisfy { !$0.isEmpty && $0.utf8.count <= 12 && $0.utf8.allSatisfy(\.isDigit) }
        guard isDigits, let first = parts.first, let whole = Int(first) else { return nil }
        var units = whole * (multiplier ?? 1)
        if parts.count == 2 {
            let decimals = parts[1]
            let divisor = decimals.reduce(1) { product, _ in product * 10 }
            guard let part = Int(decimals), part * (multiplier ?? 1) % divisor == 0 else { return nil }
            units += part * (multiplier ?? 1) / divisor
        }
        value = units
    }

    /// A number in its shortest form: `100k` for 100000.
    static func text(_ value: Int) -> String {
        if value > 0, value % 1_000_000 == 0 { return "\(value / 1_000_000)M" }
        if value > 0, value % 1_000 == 0 { return "\(value / 1_000)k" }
        return String(value)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
