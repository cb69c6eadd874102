extension RoutingSnapshot {
    /// The carriers of a tenant as they are compared for a call: what every call reads, close together in memory and
    /// without references, for to hold one costs as much as to look at a carrier.
    final class Market: Sendable {
        /// A carrier trunk.
        struct Way: Sendable {
            /// Position in `RoutingSnapshot.carrierTrunks`.
            let carrierTrunk: Int32
            /// Where its decks end in `Market.decks`; they begin where those of the way before it end.
            let endOfDecks: Int32
            /// What keeps every call away from it.
            let obstacle: Candidate.Outcome?
            let takesAnyCaller: Bool
            let codecs: CodecSet
        }

        /// What holds for all prices of a deck.
        struct Deck: Sendable {
            /// Position in `index.decks`; their count for one without rows, which is not among them.
            let position: Int32
            /// As `RatePlan.currency`.
            let currency: Int32
            let territories: TerritoryPolicy
        }

        let ways: [Way]
        /// Of all ways; a deck may stand here more than once.
        let decks: [Deck]
        let index: DeckIndex
        /// Nil when it has none.
        let rules: RouteRules?
        /// Of accounts without one of their own: position in `profiles`, or −1.
        let profile: Int

        init(
            _ tenant: Tenant, _ carrierTrunks: [CarrierTrunk], _ indexes: DeckIndexes,
            _ currencies: inout Currencies
        ) {
            rules = tenant.rules
            profile = tenant.profile
            index = indexes.index(of: Self.decksInUse(tenant, carrierTrunks))
            let positions = Dictionary(
                uniqueKeysWithValues: index.decks.enumerated().map { (ObjectIdentifier($1), $0) })
            var ways: [Way] = []
            var decks: [Deck] = []
            for position in tenant.carrierTrunks {
                let trunk = carrierTrunks[position]
                for deck in trunk.row.decks {
                    decks.append(
                        Deck(
                            position: Int32(positions[ObjectIdentifier(deck)] ?? index.decks.count),
                            currency: currencies.number(of: deck.options.currency),
                            territories: deck.options.territories))
                }
                ways.append(
                    Way(
                        carrierTrunk: Int32(position), endOfDecks: Int32(decks.count), obstacle: trunk.obstacle,
                        takesAnyCaller: trunk.takesAnyCaller, codecs: trunk.row.codecs))
            }
            self.ways = ways
            self.decks = decks
        }

        /// Those that calls may be priced by; one of several trunks more than once, and without rows as well.
        static func decksInUse(_ tenant: Tenant, _ carrierTrunks: [CarrierTrunk]) -> [RateTable] {
            tenant.carrierTrunks.filter { carrierTrunks[$0].obstacle == nil }.flatMap { carrierTrunks[$0].row.decks }
        }
    }

    /// Currencies as numbers, which are compared faster.
    struct Currencies {
        private var numbers: [String: Int32] = [:]

        mutating func number(of currency: String) -> Int32 {
            if let number = numbers[currency] { return number }
            let number = Int32(numbers.count)
            numbers[currency] = number
            return number
        }
    }
}
