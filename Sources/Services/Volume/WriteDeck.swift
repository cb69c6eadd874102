import Foundation
import Telecom

/// Writes a price sheet as large as real ones: North America by area code and exchange, then by thousands block, with
/// four prices a row. The same seed gives the same file; another month of it changes some of its prices.
package struct WriteDeck: Sendable {
    private let seed: UInt64
    private let rows: Int
    private let month: Int
    private let churn: Double

    /// Carriers price a call by the company that has the called exchange: some thousands.
    private static let companies = 3_000
    private static let exchangesPerAreaCode = 800
    private static let chunk = 1 << 16

    /// More codes there are not: exchanges and their thousands blocks.
    package static let mostRows = areaCodes.count * exchangesPerAreaCode * 11

    /// - Parameters:
    ///   - vendor: which of the carriers of a market.
    ///   - month: 0 is the first sheet; each later one changes the share `churn` of the rows of the first.
    package init(rows: Int, vendor: Int = 0, seed: UInt64 = 1, month: Int = 0, churn: Double = 0.05) {
        self.rows = min(rows, Self.mostRows)
        self.seed = seed &+ UInt64(truncatingIfNeeded: vendor) &* 1_000_003
        self.month = month
        self.churn = churn
    }

    /// Area codes that are none of a service, as of the numbering plan: N0X to N8X, without N11 and doubled digits.
    private static let areaCodes = (200...989).filter { code in
        code % 100 != 11 && code / 10 % 10 != 9 && code % 100 / 10 != code % 10
    }

    /// - Throws: when the file cannot be written.
    package func callAsFunction(to path: String) throws {
        let file = try OutputFile(path)
        var text = "NPANXX,Interstate,Intrastate,Indeterminate,Local,Increments\n"
        for row in 0..<rows {
            text += line(row)
            if text.utf8.count >= Self.chunk {
                try file.write(text)
                text.removeAll(keepingCapacity: true)
            }
        }
        try file.write(text)
        try file.finish()
    }

    private func line(_ row: Int) -> String {
        let exchanges = Self.areaCodes.count * Self.exchangesPerAreaCode
        let (block, place) = row.quotientAndRemainder(dividingBy: exchanges)
        // Step by a number without a common divisor, so that a small deck has codes of all area codes.
        let exchange = place * 7_919 % exchanges
        let code =
            "\(Self.areaCodes[exchange / Self.exchangesPerAreaCode])\(200 + exchange % Self.exchangesPerAreaCode)"
            + (block == 0 ? "" : "\(block - 1)")
        var random = SplitMix64(seed: seed, stream: .deckRow, number: row)
        var company = random.below(Self.companies)
        if month > 0 {
            var later = SplitMix64(seed: seed &+ UInt64(month), stream: .deckRow, number: row)
            if later.chance(churn) { company = later.below(Self.companies) }
        }
        var prices = SplitMix64(seed: seed, stream: .carrierPrice, number: company)
        let four = (0..<4).map { _ in Self.price(units: 20 + prices.below(3_980)) }
        return "\(code),\(four.joined(separator: ",")),\(company.isMultiple(of: 2) ? "6/6" : "30/6")\n"
    }

    /// In steps of 0.000005 a minute.
    private static func price(units: Int) -> String {
        let digits = String(units * 5)
        return "0." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
