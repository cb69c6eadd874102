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

    /// What rows have in common with many others: a deck of a million rows has some thousands of these. One is a line
    /// of the processor's cache.
    struct Price: Hashable, Sendable {
        /// Per minute, for each jurisdiction that a price is kept for; the deck's policy has already been applied.
        let interstate: Int64
        let intrastate: Int64
        let local: Int64
        let indeterminate: Int64
        let international: Int64
        /// For the initial increment; −1 where it is that of the jurisdiction.
        let initial: Int64
        let connectFee: Int64
        let initialIncrementSeconds: Int32
        let nextIncrementSeconds: Int32
    }

    struct Row: Sendable {
        let price: UInt32
        let validity: UInt16
        let isBlocked: Bool
    }

    package let options: Options
    /// How many rows were dropped because a later one of the same prefix holds at the same time.
    package let overlapCount: Int
    let index: PrefixTable
    /// For each prefix its first row, and one more entry for the end; empty when every prefix has one row, which is
    /// then at the prefix's own position. Of the rows of a prefix the one that begins last comes first.
    let firstRows: [UInt32]
    let rows: [Row]
    /// The ids of the rows, apart: only those of the rows that are chosen are read.
    let ids: [UUID]
    let prices: [Price]
    let validities: [Validity]

    init(
        options: Options, overlapCount: Int, index: PrefixTable, firstRows: [UInt32], rows: [Row], ids: [UUID],
        prices: [Price], validities: [Validity]
    ) {
        self.options = options
        self.overlapCount = overlapCount
        self.index = index
        self.firstRows = firstRows
        self.rows = rows
        self.ids = ids
        self.prices = prices
        self.validities = validities
    }

    package var rowCount: Int { rows.count }

    /// How much memory the table takes.
    package var byteCount: Int {
        index.byteCount + firstRows.count * 4 + rows.count * (MemoryLayout<Row>.stride + MemoryLayout<UUID>.stride)
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
    let table: RateTable
    let row: Int
    package let prefix: DigitPrefix

    /// The row's id.
    package var id: UUID { table.ids[row] }
    package var isBlocked: Bool { table.rows[row].isBlocked }

    /// The terms for a jurisdiction.
    package func terms(for jurisdiction: Jurisdiction) -> RateTerms {
        table.prices[Int(table.rows[row].price)].terms(for: jurisdiction)
    }
}

extension RateTable {
    /// The row of the longest prefix that has one in effect.
    ///
    /// A prefix whose rows have all expired, or have not begun, does not exist at that time: the next shorter one
    /// counts. A blocked row does exist: it hides the shorter ones. Nothing else is looked at here, so a row that turns
    /// out too dear can never silently make room for a shorter prefix that the vendor will not bill by.
    package func lookUp(_ number: E164, at microseconds: Int64) -> RateLookup {
        let search = PrefixSearch(number)
        let longest = index.match(search, in: index.cell(of: search))
        guard longest != nil else { return .noPrefix }
        guard let (row, count) = row(of: longest, at: microseconds) else { return .outOfDate }
        return .found(RateMatch(table: self, row: row, prefix: DigitPrefix(number, count: count)))
    }

    /// The row in effect of a prefix, or of the longest one around it that has one, with the count of its digits.
    func row(of longest: PrefixTable.Match?, at microseconds: Int64) -> (row: Int, count: Int)? {
        var match = longest
        while let prefix = match {
            if let row = row(of: prefix.position, at: microseconds) { return (row, prefix.count) }
            match = index.parent(of: prefix)
        }
        return nil
    }

    private func row(of prefix: Int, at microseconds: Int64) -> Int? {
        let range = firstRows.isEmpty ? prefix..<prefix + 1 : Int(firstRows[prefix])..<Int(firstRows[prefix + 1])
        for position in range where validities[Int(rows[position].validity)].contains(microseconds) { return position }
        return nil
    }
}

extension RateTable.Price {
    init(_ row: RateRow, _ policy: IndeterminatePolicy) {
        func rate(_ jurisdiction: Jurisdiction) -> Int64 {
            row.rates.rate(for: jurisdiction, indeterminate: policy).unitsPerMinute
        }
        self.init(
            interstate: rate(.interstate), intrastate: rate(.intrastate), local: rate(.local),
            indeterminate: rate(.indeterminate), international: rate(.international),
            initial: row.initialRate?.unitsPerMinute ?? -1, connectFee: row.connectFee.units,
            initialIncrementSeconds: Int32(row.initialIncrementSeconds),
            nextIncrementSeconds: Int32(row.nextIncrementSeconds))
    }

    /// The values were checked when the row entered the table.
    func terms(for jurisdiction: Jurisdiction) -> RateTerms {
        let rate =
            switch jurisdiction {
            case .interstate, .tollFree: interstate
            case .intrastate: intrastate
            case .local: local
            case .indeterminate: indeterminate
            case .international: international
            }
        return RateTerms(
            checkedConnectFee: Money(units: connectFee), initialRate: Rate(checked: initial >= 0 ? initial : rate),
            nextRate: Rate(checked: rate), initialIncrementSeconds: Int64(initialIncrementSeconds),
            nextIncrementSeconds: Int64(nextIncrementSeconds))
    }
}
