import struct FoundationEssentials.UUID

/// Collects the rows of one deck in any order, as they stream in, and makes the table.
package struct RateTableBuilder {
    private struct Key {
        let prefix: DigitPrefix
        let row: UInt32
    }

    private let options: RateTable.Options
    private var keys: [Key] = []
    private let isMerged: Bool
    /// One more would be a date for every row of many a deck.
    private static let maximumValidities = 1 << 24
    private var rows: [UInt32] = []
    private var ids: [UUID] = []
    private var tariffs: [Tariff] = []
    private var tariffNumbers: [Tariff: UInt32] = [:]
    private var validities: [Validity] = []
    private var validityNumbers: [Validity: UInt32] = [:]

    /// - Parameter isMerged: for a deck, which calls look into together with others: it needs no index of its own.
    package init(options: RateTable.Options = RateTable.Options(), isMerged: Bool = false) {
        self.options = options
        self.isMerged = isMerged
    }

    /// Whether no row was added yet.
    package var isEmpty: Bool { rows.isEmpty }

    /// Space for so many rows, so that a large deck is not copied while it grows.
    package mutating func reserveCapacity(_ count: Int) {
        keys.reserveCapacity(count)
        rows.reserveCapacity(count)
        ids.reserveCapacity(count)
    }

    /// - Throws: `RatingError` for a connect fee or an increment that cannot be, `RateTableError` for too many dates.
    package mutating func add(_ row: RateRow) throws {
        _ = try RateTerms(
            connectFee: row.connectFee, initialRate: row.rates.interstate, nextRate: row.rates.interstate,
            initialIncrementSeconds: row.initialIncrementSeconds, nextIncrementSeconds: row.nextIncrementSeconds)
        let validity = try number(of: row.validity)
        keys.append(Key(prefix: row.prefix, row: UInt32(rows.count)))
        rows.append(number(of: Tariff(row, options.indeterminate, validity: Int(validity))))
        ids.append(row.id)
    }

    /// The table. Of rows of one prefix that hold at the same time, the one that begins last counts, as it does in the
    /// database; `RateTable.overlapCount` tells how many there were.
    package consuming func build() -> RateTable {
        // Rows of one prefix: the one that begins last comes first, so that the first one in effect is the right one.
        keys.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            let (leftFrom, rightFrom) = (validity(left).fromMicroseconds, validity(right).fromMicroseconds)
            return leftFrom != rightFrom ? leftFrom > rightFrom : left.row > right.row
        }
        var prefixes: [DigitPrefix] = []
        var firstRows: [UInt32] = []
        var overlapCount = 0
        for (position, key) in keys.enumerated() {
            if prefixes.last != key.prefix {
                prefixes.append(key.prefix)
                firstRows.append(UInt32(position))
            } else if validity(key).overlaps(validity(keys[position - 1])) {
                overlapCount += 1
            }
        }
        if prefixes.count == keys.count { firstRows = [] } else { firstRows.append(UInt32(keys.count)) }
        return RateTable(
            options: options, overlapCount: overlapCount, prefixes: prefixes, firstRows: firstRows,
            rows: keys.map { rows[Int($0.row)] }, ids: keys.map { ids[Int($0.row)] }, tariffs: tariffs,
            validities: validities, tree: isMerged ? nil : PrefixTree(sorted: prefixes))
    }

    private func validity(_ key: Key) -> Validity { validities[tariffs[Int(rows[Int(key.row)])].validity] }

    private mutating func number(of tariff: Tariff) -> UInt32 {
        if let number = tariffNumbers[tariff] { return number }
        let number = UInt32(tariffs.count)
        tariffs.append(tariff)
        tariffNumbers[tariff] = number
        return number
    }

    private mutating func number(of validity: Validity) throws(RateTableError) -> UInt32 {
        if let number = validityNumbers[validity] { return number }
        guard validities.count < Self.maximumValidities else { throw .tooManyDates }
        let number = UInt32(validities.count)
        validities.append(validity)
        validityNumbers[validity] = number
        return number
    }
}

/// Why a table cannot be made of rows.
package enum RateTableError: Error, Sendable, Hashable {
    /// More than 65,536 different pairs of start and end in one deck.
    case tooManyDates
}
