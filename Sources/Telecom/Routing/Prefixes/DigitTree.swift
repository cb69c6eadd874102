/// Finds the longest of many prefixes that a number starts with, in three to five steps: the first node is chosen by
/// three digits, the next by three more, and those behind it by one digit each, as far as there are prefixes.
///
///     prefixes   44, 4420             first node      440 … 441, 443 … 449: 44      442: a node
///     number     442079460958         the node 442    000 … 099: 4420               100 … 999: 44
///
/// Every cell that is not a node says to whom it belongs: to the longest prefix that all its numbers start with.
///
/// A number may be shorter than the prefix whose cell it falls into (4420 for the number 442); whoever asks then walks
/// up the enclosing prefixes, and keeps them where it suits him. So are the values.
struct DigitTree: Sendable {
    /// To whom a cell belongs, in 32 bits, because every place that is looked at is a cache miss.
    struct Owner: Equatable, Sendable {
        /// The position of the prefix, four bits for its count of digits, and a zero; or the position of a node and a
        /// one.
        let value: UInt32

        static let nobody = Owner(value: .max - 1)
        static let maximumPosition = 1 << 27 - 2

        init(value: UInt32) { self.value = value }
        init(_ position: Int, count: Int) { value = UInt32(position) << 5 | UInt32(count) << 1 }
        fileprivate init(node: Int) { value = UInt32(node) << 1 | 1 }

        var position: Int { Int(value >> 5) }
        var count: Int { Int(value >> 1 & 15) }
        fileprivate var isNode: Bool { value & 1 != 0 }
        fileprivate var node: Int { Int(value >> 1) }
    }

    /// Of one node after the other.
    private let cells: [Owner]

    /// How much memory it takes.
    var byteCount: Int { cells.count * MemoryLayout<Owner>.stride }

    /// To whom a number belongs; the prefix may be longer than the number.
    func owner(of search: PrefixSearch) -> Owner {
        let first = cells[search.first]
        guard first.isNode else { return first }
        var cell = cells[first.node + search.second]
        var rest = search.rest
        while cell.isNode {
            let (digit, others) = rest.quotientAndRemainder(dividingBy: 100_000_000)
            cell = cells[cell.node + Int(digit)]
            rest = others * 10
        }
        return cell
    }

    /// Builds the tree.
    /// - Parameters:
    ///   - prefixes: sorted and distinct.
    ///   - positions: what stands for each of them, ascending and below 2²⁷; nil for its own position.
    /// - Returns: also the enclosing prefix of each.
    static func build(
        sorted prefixes: [DigitPrefix], positions: [UInt32]? = nil
    ) -> (tree: DigitTree, parents: [Owner]) {
        precondition(zip(prefixes, prefixes.dropFirst()).allSatisfy { $0 < $1 }, "prefixes are sorted and distinct")
        let highest = positions?.last.map { Int($0) } ?? prefixes.count
        precondition(highest <= Owner.maximumPosition, "a position fits 27 bits")
        var cells = [Owner](repeating: .nobody, count: 1000)
        var parents: [Owner] = []
        parents.reserveCapacity(prefixes.count)
        for (position, prefix) in prefixes.enumerated() {
            let owned = cellRange(of: prefix, in: &cells)
            // The order is such that a prefix comes before all that it encloses.
            parents.append(cells[owned.lowerBound])
            let owner = Owner(positions.map { Int($0[position]) } ?? position, count: prefix.count)
            for cell in owned { cells[cell] = owner }
        }
        return (DigitTree(cells: cells), parents)
    }

    /// The cells of a prefix, in a node that is made when there is none.
    private static func cellRange(of prefix: DigitPrefix, in cells: inout [Owner]) -> Range<Int> {
        var node = 0
        var digits = 3
        var rest = prefix.start
        while digits < prefix.count {
            let (cell, behind) = rest.quotientAndRemainder(dividingBy: powersOfTen[E164.maximumDigits - digits])
            let position = node + Int(cell)
            let nextDigits = digits == 3 ? 3 : 1
            if !cells[position].isNode {
                let owner = cells[position]
                cells[position] = Owner(node: cells.count)
                cells.append(contentsOf: repeatElement(owner, count: Int(powersOfTen[nextDigits])))
            }
            node = cells[position].node
            digits += nextDigits
            rest = behind
        }
        let start = node + Int(rest / powersOfTen[E164.maximumDigits - digits])
        return start..<start + Int(powersOfTen[digits - prefix.count])
    }
}

/// A number as it is looked for.
struct PrefixSearch {
    /// Its first three digits, the three behind them, and the other nine; a shorter number ends in zeros.
    let first: Int
    let second: Int
    let rest: UInt32
    let digitCount: Int

    init(_ number: E164) {
        digitCount = number.digitCount
        let padded = number.digits * powersOfTen[E164.maximumDigits - digitCount]
        let (leading, rest) = padded.quotientAndRemainder(dividingBy: 1_000_000_000)
        (first, second) = Int(truncatingIfNeeded: leading).quotientAndRemainder(dividingBy: 1000)
        self.rest = UInt32(truncatingIfNeeded: rest)
    }
}
