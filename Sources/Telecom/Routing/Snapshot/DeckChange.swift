/// That a deck will be another table from a known time on: a version that is scheduled, and near enough to be prepared.
package struct DeckChange: Sendable {
    /// What carrier trunks have until then.
    let table: RateTable
    let next: RateTable
    let microseconds: Int64

    /// - Parameters:
    ///   - table: what the deck is now; of several changes of a deck it is the same.
    ///   - next: what it will be.
    package init(of table: RateTable, to next: RateTable, atMicroseconds microseconds: Int64) {
        self.table = table
        self.next = next
        self.microseconds = microseconds
    }
}

extension RoutingSnapshot.Build {
    /// Further times of a tenant are prepared when the first has passed.
    private static let mostTimes = 4

    /// Makes the indexes that the decks will be under, so that the snapshot of that time, for which calls wait, finds
    /// them made.
    /// - Parameter changes: of each deck in the order of time.
    func comingIndexes(_ changes: [DeckChange], _ indexes: DeckIndexes) -> [DeckIndex] {
        let changesOf = Dictionary(grouping: changes) { ObjectIdentifier($0.table) }
        if changesOf.isEmpty { return [] }
        return tenants.flatMap { tenant in
            let decks = RoutingSnapshot.Market.decksInUse(tenant, carrierTrunks)
            let times = Set(decks.flatMap { changesOf[ObjectIdentifier($0)] ?? [] }.map(\.microseconds))
            return times.sorted().prefix(Self.mostTimes).map { time in
                indexes.index(
                    of: decks.map { deck in
                        changesOf[ObjectIdentifier(deck)]?.last { $0.microseconds <= time }?.next ?? deck
                    })
            }
        }
    }
}
