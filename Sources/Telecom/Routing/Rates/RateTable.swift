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

    package let options: Options
    /// How many rows were dropped because a later one of the same prefix holds at the same time.
    package let overlapCount: Int
    /// The sorted, distinct prefixes.
    let prefixes: [DigitPrefix]
    /// For each prefix its first row, and one more entry for the end; empty when every prefix has one row, which is
    /// then at the prefix's own position. Of the rows of a prefix the one that begins last comes first.
    let firstRows: [UInt32]
    /// Of each row the position of its tariff.
    let rows: [UInt32]
    /// The ids of the rows, apart: only those of the rows that are chosen are read.
    let ids: [UUID]
    let tariffs: [Tariff]
    let validities: [Validity]
    /// Nil where calls look into many tables at once (`DeckIndex`): then it would only take memory.
    private let tree: PrefixTree?

    init(
        options: Options, overlapCount: Int, prefixes: [DigitPrefix], firstRows: [UInt32], rows: [UInt32],
        ids: [UUID], tariffs: [Tariff], validities: [Validity], tree: PrefixTree?
    ) {
        self.options = options
        self.overlapCount = overlapCount
        self.prefixes = prefixes
        self.firstRows = firstRows
        self.rows = rows
        self.ids = ids
        self.tariffs = tariffs
        self.validities = validities
        self.tree = tree
    }

    package var rowCount: Int { rows.count }

    /// How much memory the table takes.
    package var byteCount: Int {
        prefixes.count * MemoryLayout<DigitPrefix>.stride + (firstRows.count + rows.count) * 4
            + ids.count * MemoryLayout<UUID>.stride + tariffs.count * MemoryLayout<Tariff>.stride
            + validities.count * MemoryLayout<Validity>.stride + (tree?.byteCount ?? 0)
    }

    func tariff(of row: Int) -> Tariff { tariffs[Int(rows[row])] }

    /// The rows of a prefix.
    func rows(of prefix: Int) -> Range<Int> {
        firstRows.isEmpty ? prefix..<prefix + 1 : Int(firstRows[prefix])..<Int(firstRows[prefix + 1])
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
    package var isBlocked: Bool { table.tariff(of: row).isBlocked }

    /// The terms for a jurisdiction.
    package func terms(for jurisdiction: Jurisdiction) -> RateTerms { table.tariff(of: row).terms(for: jurisdiction) }
}

extension RateTable {
    /// The row of the longest prefix that has one in effect.
    ///
    /// A prefix whose rows have all expired, or have not begun, does not exist at that time: the next shorter one
    /// counts. A blocked row does exist: it hides the shorter ones. Nothing else is looked at here, so a row that turns
    /// out too dear can never silently make room for a shorter prefix that the vendor will not bill by.
    package func lookUp(_ number: E164, at microseconds: Int64) -> RateLookup {
        var match = longestMatch(number)
        guard match != nil else { return .noPrefix }
        while let prefix = match {
            if let row = row(of: prefix.position, at: microseconds) {
                return .found(RateMatch(table: self, row: row, prefix: DigitPrefix(number, count: prefix.count)))
            }
            match = parent(of: prefix, number)
        }
        return .outOfDate
    }

    private func row(of prefix: Int, at microseconds: Int64) -> Int? {
        for row in rows(of: prefix) where validities[tariff(of: row).validity].contains(microseconds) { return row }
        return nil
    }

    private func longestMatch(_ number: E164) -> PrefixTable.Match? {
        tree.map { $0.longestMatch(number) } ?? search(number, atMost: number.digitCount)
    }

    private func parent(of match: PrefixTable.Match, _ number: E164) -> PrefixTable.Match? {
        tree.map { $0.parent(of: match) } ?? search(number, atMost: match.count - 1)
    }

    /// The longest prefix of a number with so many digits or fewer, by halving: for who has no index and time.
    private func search(_ number: E164, atMost digits: Int) -> PrefixTable.Match? {
        for count in stride(from: digits, through: 0, by: -1) {
            let prefix = DigitPrefix(number, count: count)
            var (low, high) = (0, prefixes.count)
            while low < high {
                let middle = (low + high) / 2
                if prefixes[middle] < prefix { low = middle + 1 } else { high = middle }
            }
            if low < prefixes.count, prefixes[low] == prefix { return PrefixTable.Match(position: low, count: count) }
        }
        return nil
    }
}
