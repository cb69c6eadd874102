package import struct FoundationEssentials.UUID

/// All prices of one deck, or of one direction of one rate plan, found by longest prefix. It never changes, so a new
/// snapshot keeps the tables of every deck that has not changed.
package final class RateTable: Sendable {
    /// What holds for every row.
    package struct Options: Sendable, Hashable {
        package var indeterminate: IndeterminatePolicy
        package var territories: TerritoryPolicy
        package var currency: String

        package init(
            indeterminate: IndeterminatePolicy = .own, territories: TerritoryPolicy = .indeterminate,
            currency: String = "USD"
        ) {
            self.indeterminate = indeterminate
            self.territories = territories
            self.currency = currency
        }
    }

    /// What rows have in common with many others: a deck of a million rows has some thousands of these.
    struct Price: Hashable, Sendable {
        let rates: JurisdictionalRates
        let initialRate: Rate?
        let connectFee: Money
        let initialIncrementSeconds: Int64
        let nextIncrementSeconds: Int64
    }

    struct Row: Sendable {
        let price: UInt32
        let validity: UInt16
        let isBlocked: Bool
        let id: UUID
    }

    package let options: Options
    /// How many rows were dropped because a later one of the same prefix holds at the same time.
    package let overlapCount: Int
    let index: PrefixTable
    /// For each prefix its first row, and one more entry for the end; empty when every prefix has one row, which is
    /// then at the prefix's own position. Of the rows of a prefix the one that begins last comes first.
    let firstRows: [UInt32]
    let rows: [Row]
    let prices: [Price]
    let validities: [Validity]

    init(
        options: Options, overlapCount: Int, index: PrefixTable, firstRows: [UInt32], rows: [Row], prices: [Price],
        validities: [Validity]
    ) {
        self.options = options
        self.overlapCount = overlapCount
        self.index = index
        self.firstRows = firstRows
        self.rows = rows
        self.prices = prices
        self.validities = validities
    }

    package var rowCount: Int { rows.count }

    /// How much memory the table takes.
    package var byteCount: Int {
        index.byteCount + firstRows.count * 4 + rows.count * MemoryLayout<Row>.stride
            + prices.count * MemoryLayout<Price>.stride + validities.count * MemoryLayout<Validity>.stride
    }
}

/// What a table has for a number at a time.
package enum RateLookup: Sendable {
    /// No prefix of the number is in the table.
    case noPrefix
    /// There are prefixes, but no row of theirs is in effect.
    case outOfDate
    case found(RateMatch)
}

/// The row that prices a number.
package struct RateMatch: Sendable {
    /// The row's id.
    package let id: UUID
    package let prefix: DigitPrefix
    package let isBlocked: Bool
    let price: RateTable.Price
    let options: RateTable.Options

    /// The terms for a jurisdiction.
    package func terms(for jurisdiction: Jurisdiction) -> RateTerms {
        let rate = price.rates.rate(for: jurisdiction, indeterminate: options.indeterminate)
        return RateTerms(price, rate: rate)
    }
}

extension RateTable {
    /// The row of the longest prefix that has one in effect.
    ///
    /// A prefix whose rows have all expired, or have not begun, does not exist at that time: the next shorter one
    /// counts. A blocked row does exist: it hides the shorter ones. Nothing else is looked at here, so a row that turns
    /// out too dear can never silently make room for a shorter prefix that the vendor will not bill by.
    package func lookUp(_ number: E164, at microseconds: Int64) -> RateLookup {
        guard var match = index.longestMatch(number) else { return .noPrefix }
        while true {
            if let row = row(of: match.position, at: microseconds) {
                return .found(
                    RateMatch(
                        id: row.id, prefix: DigitPrefix(number, count: match.count), isBlocked: row.isBlocked,
                        price: prices[Int(row.price)], options: options))
            }
            guard let parent = index.parent(of: match) else { return .outOfDate }
            match = parent
        }
    }

    private func row(of prefix: Int, at microseconds: Int64) -> Row? {
        let range = firstRows.isEmpty ? prefix..<prefix + 1 : Int(firstRows[prefix])..<Int(firstRows[prefix + 1])
        for position in range {
            let row = rows[position]
            if validities[Int(row.validity)].contains(microseconds) { return row }
        }
        return nil
    }
}

extension RateTerms {
    /// The values were checked when the row entered the table.
    init(_ price: RateTable.Price, rate: Rate) {
        self.init(
            checkedConnectFee: price.connectFee, initialRate: price.initialRate ?? rate, nextRate: rate,
            initialIncrementSeconds: price.initialIncrementSeconds, nextIncrementSeconds: price.nextIncrementSeconds)
    }
}
