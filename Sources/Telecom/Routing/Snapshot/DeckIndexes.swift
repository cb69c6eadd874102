/// The indexes of all tenants' decks: those of an earlier snapshot are kept where the decks are the same.
struct DeckIndexes {
    private let earlier: [Set<ObjectIdentifier>: DeckIndex]

    init(keeping indexes: [DeckIndex]) {
        earlier = Dictionary(
            indexes.map { (Set($0.decks.map { ObjectIdentifier($0) }), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter decks: in any order; those of several trunks may be the same, and what has no rows is left out.
    func index(of decks: [RateTable]) -> DeckIndex {
        var seen: Set<ObjectIdentifier> = []
        // Those beyond are as decks without rows; the snapshot reports it.
        let distinct = decks.filter { deck in
            deck.rowCount > 0 && seen.count < DeckIndex.maximumDecks && seen.insert(ObjectIdentifier(deck)).inserted
        }
        return earlier[seen] ?? DeckIndex(distinct)
    }
}
