extension DeckIndex {
    /// Puts the prefixes of all decks, each in order, into one order.
    struct Merge {
        private var prefixes: [DigitPrefix] = []
        /// For each prefix where its entries begin; they end with one that is not made yet.
        private var firstEntries: [UInt32] = []
        private var entries: [Entry] = []
        private(set) var tariffs: [Tariff] = []
        private(set) var validities: [Validity] = []

        init(_ decks: [RateTable]) {
            precondition(decks.count < 1 << Bits.deck - 1, "the position of a deck fits its bits")
            precondition(decks.allSatisfy { $0.rowCount < 1 << Bits.row }, "the position of a row fits its bits")
            let firstTariffs = addTariffs(decks)
            entries.reserveCapacity(decks.reduce(0) { $0 + $1.rowCount })
            // Of each deck the prefix that comes next.
            var next = [Int](repeating: 0, count: decks.count)
            var queue = DeckQueue(
                decks.enumerated().compactMap { deck, table in
                    table.prefixes.first.map { DeckQueue.Head(key: $0.key, deck: deck) }
                })
            while let head = queue.first {
                let (deck, table, position) = (head.deck, decks[head.deck], next[head.deck])
                if prefixes.last?.key != head.key {
                    if !prefixes.isEmpty { entries.append(Entry(linkTo: .nobody)) }
                    prefixes.append(table.prefixes[position])
                    firstEntries.append(UInt32(entries.count))
                }
                for row in table.rows(of: position) {
                    entries.append(Entry(deck: deck, row: row, tariff: firstTariffs[deck] + Int(table.rows[row])))
                }
                next[deck] = position + 1
                queue.replaceFirst(position + 1 < table.prefixes.count ? table.prefixes[position + 1].key : nil)
            }
            if !prefixes.isEmpty { entries.append(Entry(linkTo: .nobody)) }
        }

        /// The index, and the entries with their links.
        consuming func linked() -> (DigitTree, [Entry]) {
            let (index, parents) = DigitTree.build(sorted: prefixes, positions: firstEntries)
            let ends = firstEntries.dropFirst() + [UInt32(entries.count)]
            for (end, parent) in zip(ends, parents) { entries[Int(end) - 1] = Entry(linkTo: parent) }
            return (index, entries)
        }

        /// Puts the tariffs together, with the validities of all decks in one table.
        /// - Returns: of each deck where its tariffs begin.
        private mutating func addTariffs(_ decks: [RateTable]) -> [Int] {
            var numbers: [Validity: Int] = [:]
            var firsts: [Int] = []
            for deck in decks {
                let ofDeck = deck.validities.map { validity in
                    if let number = numbers[validity] { return number }
                    numbers[validity] = validities.count
                    validities.append(validity)
                    return validities.count - 1
                }
                firsts.append(tariffs.count)
                tariffs += deck.tariffs.map { $0.with(validity: ofDeck[$0.validity]) }
            }
            precondition(tariffs.count < 1 << Bits.tariff, "the position of a tariff fits its bits")
            return firsts
        }
    }
}
