import struct FoundationEssentials.UUID

extension RoutingSnapshot {
    /// Looks at every carrier trunk of the tenant and puts those that will do in order: the lowest cost of a call of
    /// the expected length first, with the carrier's increments and connect fee; then priority, then weight. What the
    /// operator prefers comes before that (`RoutePreference`).
    ///
    /// The longest prefix of each carrier counts, not the longest of all: that is what each of them bills by.
    func chooseRoutes(for call: OutboundCall, _ decision: inout Decision) {
        let market = markets[call.account.tenant]
        let preference = RoutePreference(
            call, market.rules, profile: profile(of: call, market), health: decision.health)
        var ranking = Ranking(market.ways.count)
        let caller = decision.presentedCaller
        // One more for decks without rows. On the stack, unless there are many.
        let count = market.index.decks.count + 1
        unsafe withUnsafeTemporaryAllocation(of: DeckIndex.Found.self, capacity: count) { memory in
            unsafe memory.initialize(repeating: .noPrefix)
            var found = unsafe memory.mutableSpan
            market.index.lookUp(call.billedNumber, at: call.now, &found)
            compare(market, call, caller, preference, found, &ranking)
        }
        let most = preference?.maximumRoutes ?? Decision.maximumRoutes
        if let preference {
            ranking.sort { preference.sort(&$0, carrierTrunks, isBefore: isBefore) }
        } else {
            ranking.sort(isBefore: isBefore)
        }
        decision.routeCount = min(ranking.ableCount, most)
        decision.considered = ranking.take(most)
    }

    /// What becomes of each carrier trunk, in their order.
    private func compare(
        _ market: Market, _ call: OutboundCall, _ caller: CallerIdentity?, _ preference: RoutePreference?,
        _ found: borrowing MutableSpan<DeckIndex.Found>, _ ranking: inout Ranking
    ) {
        var comparison = Comparison(call, market)
        let partitions = call.account.row.partitionIDs.isEmpty ? nil : call.account.row.partitionIDs
        var next = 0
        for way in market.ways {
            let position = Int(way.carrierTrunk)
            let decks = next..<Int(way.endOfDecks)
            next = decks.upperBound
            var considered = Considered(position, decks.isEmpty ? .noDeck : .noPrefix)
            if let obstacle = way.obstacle ?? obstacle(position, partitions) ?? preference?.choice(position) {
                considered.outcome = obstacle
            } else if !way.takesAnyCaller, !carrierTrunks[position].row.callers.accept(caller) {
                considered.outcome = .callerNotAccepted
            } else if way.codecs.isDisjoint(with: call.codecs) {
                considered.outcome = .codecNotTaken
            } else if let ailment = preference?.ailment(position) {
                considered.outcome = ailment
            } else {
                comparison.price(&considered, decks, found)
                if considered.outcome == .chosen, preference?.drops(considered) ?? false {
                    considered.outcome = .belowQuality
                }
            }
            ranking.add(considered)
        }
    }

    /// The account's own profile, else that of its plan, else the tenant's.
    private func profile(of call: OutboundCall, _ market: Market) -> Profile? {
        let position =
            call.account.profile >= 0
            ? call.account.profile : call.plan.profile >= 0 ? call.plan.profile : market.profile
        return position >= 0 ? profiles[position] : nil
    }

    private func isBefore(_ left: Considered, _ right: Considered) -> Bool {
        if left.cost != right.cost { return left.cost < right.cost }
        let leftRow = carrierTrunks[Int(left.carrierTrunk)]
        let rightRow = carrierTrunks[Int(right.carrierTrunk)]
        if leftRow.row.priority != rightRow.row.priority { return leftRow.row.priority < rightRow.row.priority }
        // The position makes the order the same every time.
        return leftRow.row.weight != rightRow.row.weight
            ? leftRow.row.weight > rightRow.row.weight : left.carrierTrunk < right.carrierTrunk
    }

    /// - Parameter partitions: those that the account is limited to; nil for none.
    private func obstacle(_ carrierTrunk: Int, _ partitions: Set<UUID>?) -> Candidate.Outcome? {
        guard let partitions else { return nil }
        return partitions.isDisjoint(with: carrierTrunks[carrierTrunk].row.partitionIDs) ? .otherPartition : nil
    }
}

/// What one call costs at the carriers, and whether that will do.
private struct Comparison {
    let call: OutboundCall
    let market: RoutingSnapshot.Market
    let floor: Int64
    /// The jurisdiction by the last deck's rule for territories: nearly always that of the next deck too.
    private var lastPolicy: TerritoryPolicy
    private var lastJurisdiction: Jurisdiction

    init(_ call: OutboundCall, _ market: RoutingSnapshot.Market) {
        self.call = call
        self.market = market
        (lastPolicy, lastJurisdiction) = (call.sold.territories, call.sold.jurisdiction)
        floor =
            call.plan.row.marginFloor.amount(
                price: call.expectedPrice, talkSeconds: call.plan.row.expectedTalkSeconds
            ).units
    }

    /// The carrier bills by the deck with the longest prefix.
    /// - Parameter decks: of the carrier trunk, in the market.
    mutating func price(
        _ considered: inout Considered, _ decks: Range<Int>, _ found: borrowing MutableSpan<DeckIndex.Found>
    ) {
        var longest = -1
        for position in decks {
            let deck = market.decks[position]
            let found = found[Int(deck.position)]
            guard found.hasPrefix else { continue }
            guard found.isInEffect else {
                if longest < 0 { considered.outcome = .outOfDate }
                continue
            }
            guard found.prefixCount > longest else { continue }
            longest = found.prefixCount
            if deck.currency != call.plan.currency {
                // The carrier bills by this row, and its price cannot be compared.
                considered.deck = -1
                considered.outcome = .otherCurrency
                continue
            }
            considered.deck = Int32(position - decks.lowerBound)
            considered.row = Int32(found.row)
            considered.prefixCount = UInt8(found.prefixCount)
            decide(&considered, found, deck.territories)
        }
    }

    private mutating func decide(
        _ considered: inout Considered, _ found: DeckIndex.Found, _ territories: TerritoryPolicy
    ) {
        let tariff = market.index.tariffs[found.tariff]
        let terms = tariff.terms(for: jurisdiction(territories))
        let cost = terms.holdAmount(seconds: call.plan.row.expectedTalkSeconds).units
        considered.cost = cost
        considered.outcome = .chosen
        if tariff.isBlocked {
            considered.outcome = .blocked
        } else if call.kind.needsAreaCodeRate, found.prefixCount < OutboundCall.areaCodeDigits {
            considered.outcome = .prefixTooShort
        } else if !call.account.row.allowsLoss, call.expectedPrice.units - cost < floor {
            considered.outcome = .margin
        }
    }

    private mutating func jurisdiction(_ policy: TerritoryPolicy) -> Jurisdiction {
        if policy == lastPolicy { return lastJurisdiction }
        let jurisdiction = JurisdictionDecision(call.places, territories: policy).jurisdiction
        (lastPolicy, lastJurisdiction) = (policy, jurisdiction)
        return jurisdiction
    }
}
