package import Telecom

extension Money {
    /// As `MoneySum.onDocument(_:)`.
    package func onDocument(_ digits: Int) -> String { MoneySum(self).onDocument(digits) }
}

extension MoneySum {
    /// As a document shows it: at least the decimals of its currency, more where it has them, thousands apart.
    package func onDocument(_ digits: Int) -> String {
        let text = MoneySum(units: abs(units)).text(minimumDecimals: digits)
        let parts = text.split(separator: ".", maxSplits: 1)
        var whole = ""
        for (index, digit) in parts[0].enumerated() {
            if index > 0, (parts[0].count - index) % 3 == 0 { whole.append(",") }
            whole.append(digit)
        }
        // A minus, not a hyphen: it cannot be broken from its number.
        return (units < 0 ? "\u{2212}" : "") + whole + (parts.count > 1 ? ".\(parts[1])" : "")
    }
}
