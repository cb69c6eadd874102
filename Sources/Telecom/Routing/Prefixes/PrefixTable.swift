/// Finds the longest of many prefixes that a number starts with, in about a hundred nanoseconds for a million of them.
///
/// Every prefix is an interval of 15-digit numbers. Nested intervals are cut into disjoint ones, each belonging to its
/// innermost prefix, so that the longest match is the interval that contains the number: a binary search, narrowed by
/// the number's first six digits. The remaining nine digits fit 32 bits, which keeps an interval at 8 bytes.
///
///     prefixes   44          4420              starts      44|0    4420|0   4421|0
///     intervals  [44 ……… [4420 …… ] ……… ]      belongs to  44      4420     44
///
/// A number may be shorter than the prefix whose interval it falls into (4420 for the number 442); then the enclosing
/// prefixes are walked up. Values are kept by the caller, in an array indexed by the position of the prefix.
package struct PrefixTable: Sendable {
    /// Where an interval starts, and the prefix that it belongs to.
    struct Interval {
        /// The last nine digits of the start; the first six are known from the way here.
        let rest: UInt32
        /// The position of the prefix and, in the low four bits, its count of digits: so that a look-up of a number of
        /// ordinary length reads nothing else, for every other place is a cache miss.
        let owner: UInt32

        static let nobody = UInt32.max
        static let maximumPosition = (1 << 28) - 2

        static func owner(_ position: Int, count: Int) -> UInt32 { UInt32(position) << 4 | UInt32(count) }
    }

    /// A prefix that a number starts with.
    package struct Match: Sendable, Hashable {
        /// The position in `prefixes`.
        package let position: Int
        /// How many digits it has.
        package let count: Int
    }

    /// The sorted, distinct prefixes.
    package let prefixes: [DigitPrefix]
    /// The position of the enclosing prefix, or `none`.
    let parents: [UInt32]
    let intervals: [Interval]
    /// For three leading digits: the first interval that starts there or later (1001 entries).
    let coarse: [UInt32]
    /// For three leading digits: where their 1001 entries in `fine` begin, or −1 when no interval starts there.
    let blocks: [Int32]
    /// For six leading digits, where blocks exist: the first interval that starts there or later.
    let fine: [UInt32]

    static let none = UInt32.max

    /// The longest prefix of a number, or nil.
    package func longestMatch(_ number: E164) -> Match? {
        let search = PrefixSearch(number)
        return match(search, in: cell(of: search))
    }

    /// The next shorter prefix that encloses this one, or nil.
    package func parent(of match: Match) -> Match? {
        let position = parents[match.position]
        guard position != PrefixTable.none else { return nil }
        return Match(position: Int(position), count: prefixes[Int(position)].count)
    }

    /// How much memory the index takes, without the values of the caller.
    package var byteCount: Int {
        prefixes.count * 8 + parents.count * 4 + intervals.count * 8 + (coarse.count + blocks.count + fine.count) * 4
    }

    // MARK: In two steps

    /// The intervals that start in the number's cell: the first step of a look-up. Whoever looks into many tables takes
    /// each step for all of them before the next one, so that they wait for memory together and not one by one.
    func cell(of search: PrefixSearch) -> Cell {
        let block = blocks[search.block]
        guard block >= 0 else { return Cell(low: coarse[search.block], high: coarse[search.block]) }
        let position = Int(block) + search.fine
        return Cell(low: fine[position], high: fine[position + 1])
    }

    /// The second step.
    func match(_ search: PrefixSearch, in cell: Cell) -> Match? {
        // The answer is the last interval that starts at or before the number; when none of this cell does, it is the
        // one before the cell, which reaches into it.
        var before = Int(cell.low) - 1
        var count = Int(cell.high - cell.low)
        while count > 0 {
            let half = (count + 1) / 2
            if intervals[before + half].rest <= search.rest { before += half }
            count -= half
        }
        let owner = intervals[before].owner
        guard owner != Interval.nobody else { return nil }
        var match = Match(position: Int(owner >> 4), count: Int(owner & 15))
        while match.count > search.digitCount {
            guard let shorter = parent(of: match) else { return nil }
            match = shorter
        }
        return match
    }

    struct Cell {
        let low: UInt32
        let high: UInt32
    }

    /// How many 15-digit numbers share their first three, and their first six digits.
    static let perCoarse: UInt64 = 1_000_000_000_000
    static let perFine: UInt64 = 1_000_000_000
}

/// A number as every table looks for it.
struct PrefixSearch {
    /// Its first three digits, the three behind them, and the other nine; a shorter number ends in zeros.
    let block: Int
    let fine: Int
    let rest: UInt32
    let digitCount: Int

    init(_ number: E164) {
        digitCount = number.digitCount
        let padded = number.digits * powersOfTen[E164.maximumDigits - digitCount]
        block = Int(padded / PrefixTable.perCoarse)
        fine = Int(padded / PrefixTable.perFine % 1000)
        rest = UInt32(truncatingIfNeeded: padded % PrefixTable.perFine)
    }
}
