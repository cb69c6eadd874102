/// All decks of a tenant under one index: a single look-up finds the rows of every deck, so that a call waits for
/// memory a few times, and not that often for each carrier.
///
///     decks      A: 1, 1212555    B: 1, 1212    C: 1212555
///     prefixes   1: A B           1212: B       1212555: A C
///
/// The entries of a prefix are the rows of all decks that have it, and behind them, so that nothing else has to be
/// read, a link to the entries of the prefix around it. Of a number the longest prefix is looked at first, then those
/// around it until each deck has a row. It never changes, so a new snapshot keeps it while the decks are the same.
final class DeckIndex: Sendable {
    /// A row of a deck, so much that its deck itself need not be looked at; or a link.
    struct Entry: Sendable {
        private let value: UInt64

        init(deck: Int, row: Int, tariff: Int) {
            value = UInt64(deck) << Bits.belowDeck | UInt64(row) << Bits.tariff | UInt64(tariff)
        }

        /// The end of a prefix's entries, and who encloses it.
        init(linkTo parent: DigitTree.Owner) { value = Bits.link << Bits.belowDeck | UInt64(parent.value) }

        var isLink: Bool { value >> Bits.belowDeck == Bits.link }
        var parent: DigitTree.Owner { DigitTree.Owner(value: UInt32(truncatingIfNeeded: value)) }

        /// Position in `decks`.
        var deck: Int { Int(value >> Bits.belowDeck) }
        /// Position in `tariffs`.
        var tariff: Int { Int(value & (1 << Bits.tariff - 1)) }

        /// What is found of a deck: its position is known, and the count of digits takes its place.
        fileprivate func found(prefixCount: Int) -> Found {
            Found(value: value & (1 << Bits.belowDeck - 1) | UInt64(prefixCount) << Bits.belowDeck)
        }
    }

    /// How an entry is cut: from above the deck, the row and the tariff.
    enum Bits {
        static let deck = 11
        static let row = 27
        static let tariff = 26
        fileprivate static let belowDeck = row + tariff
        /// In place of a deck.
        fileprivate static let link: UInt64 = 1 << deck - 1
    }

    /// How many decks one index is of at most.
    static let maximumDecks = 1 << Bits.deck - 2

    /// What a deck has for a number.
    struct Found: Sendable {
        fileprivate let value: UInt64

        /// There is no prefix of the number.
        static let noPrefix = Found(value: .max)
        /// There is one, but no row of it, nor of one around it, is in effect.
        static let outOfDate = Found(value: .max - 1)

        var hasPrefix: Bool { value != Found.noPrefix.value }
        var isInEffect: Bool { value < Found.outOfDate.value }
        /// Of the deck.
        var row: Int { Int(value >> Bits.tariff) & (1 << Bits.row - 1) }
        /// Position in `tariffs`.
        var tariff: Int { Int(value & (1 << Bits.tariff - 1)) }
        var prefixCount: Int { Int(value >> Bits.belowDeck) & 15 }
    }

    /// Distinct.
    let decks: [RateTable]
    /// Of one prefix after the other.
    private let entries: [Entry]
    /// Those of all decks, one deck after the other; their validities are in `validities`.
    let tariffs: [Tariff]
    /// For each number the first entry of its longest prefix.
    private let tree: DigitTree
    private let validities: [Validity]

    init(_ decks: [RateTable]) {
        let merge = Merge(decks)
        self.decks = decks
        tariffs = merge.tariffs
        validities = merge.validities
        (tree, entries) = merge.linked()
    }

    /// How much memory it takes, without the decks.
    var byteCount: Int {
        tree.byteCount + entries.count * MemoryLayout<Entry>.stride
            + tariffs.count * MemoryLayout<Tariff>.stride + validities.count * MemoryLayout<Validity>.stride
    }

    /// Looks into all decks. In each the longest prefix counts that has a row in effect (see `RateTable.lookUp`).
    /// - Parameter found: for each deck `noPrefix`, and afterwards what it has.
    func lookUp(_ number: E164, at microseconds: Int64, _ found: inout MutableSpan<Found>) {
        let search = PrefixSearch(number)
        var missing = decks.count
        var owner = tree.owner(of: search)
        while owner != .nobody, missing > 0 {
            var position = owner.position
            let isPrefix = owner.count <= search.digitCount
            while !entries[position].isLink {
                let entry = entries[position]
                position += 1
                guard isPrefix, !found[entry.deck].isInEffect else { continue }
                if validities[tariffs[entry.tariff].validity].contains(microseconds) {
                    found[entry.deck] = entry.found(prefixCount: owner.count)
                    missing -= 1
                } else {
                    found[entry.deck] = .outOfDate
                }
            }
            owner = entries[position].parent
        }
    }
}
