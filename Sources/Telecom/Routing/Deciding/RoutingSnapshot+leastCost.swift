extension RoutingSnapshot {
    /// Looks at every carrier trunk of the tenant and puts those that will do in order: the lowest cost of a call of
    /// the expected length first, with the carrier's increments and connect fee; then priority, then weight. What the
    /// operator prefers comes before that (`RoutePreference`).
    ///
    /// The longest prefix of each carrier counts, not the longest of all: that is what each of them bills by.
    func chooseRoutes(for call: OutboundCall, _ decision: inout Decision) {
        let tenant = tenants[call.account.tenant]
        let found = lookUp(call.billedNumber, in: tenant.outboundDecks, at: call.now)
        let preference = RoutePreference(call, tenant, profile: profile(of: call, tenant), decision)
        var comparison = Comparison(call)
        var able: [Considered] = []
        var unable: [Considered] = []
        able.reserveCapacity(tenant.carrierTrunks.count)
        var next = 0
        for position in tenant.carrierTrunks {
            let carrier = carrierTrunks[position]
            let decks = next..<next + carrier.row.decks.count
            next = decks.upperBound
            var considered = Considered(position, carrier.row.decks.isEmpty ? .noDeck : .noPrefix)
            if let obstacle = obstacle(carrier, call.account) ?? preference?.choice(position) {
                considered.outcome = obstacle
            } else if !carrier.takesAnyCaller, !carrier.row.callers.accept(decision.presentedCaller) {
                considered.outcome = .callerNotAccepted
            } else if let ailment = preference?.ailment(position) {
                considered.outcome = ailment
            } else {
                comparison.price(&considered, carrier, found[decks])
                if considered.outcome == .chosen, preference?.drops(considered) ?? false {
                    considered.outcome = .belowQuality
                }
            }
            if considered.outcome == .chosen { able.append(considered) } else { unable.append(considered) }
        }
        let most = preference?.maximumRoutes ?? Decision.maximumRoutes
        if let preference {
            preference.sort(&able, carrierTrunks, isBefore: isBefore)
        } else {
            able.sort { left, right in isBefore(left, right) }
        }
        decision.routeCount = min(able.count, most)
        for rank in able.indices.dropFirst(most) { able[rank].outcome = .beyondRouteLimit }
        decision.considered = able + unable
    }

    /// The account's own profile, else that of its plan, else the tenant's.
    private func profile(of call: OutboundCall, _ tenant: Tenant) -> Profile? {
        let position =
            call.account.profile >= 0
            ? call.account.profile : call.plan.profile >= 0 ? call.plan.profile : tenant.profile
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

    /// What keeps the account from using the trunk at all.
    private func obstacle(_ carrier: CarrierTrunk, _ account: Account) -> Candidate.Outcome? {
        if let obstacle = carrier.obstacle { return obstacle }
        let partitions = account.row.partitionIDs
        if !partitions.isEmpty && partitions.isDisjoint(with: carrier.row.partitionIDs) { return .otherPartition }
        return nil
    }

    /// What a deck has for the number.
    struct Found {
        let hasPrefix: Bool
        /// The row in effect, or −1, and how many digits its prefix has.
        let row: Int32
        let prefixCount: Int
    }

    /// Looks into all decks side by side, so that the waits for memory overlap.
    private func lookUp(_ number: E164, in decks: [RateTable], at now: Int64) -> [Found] {
        let search = PrefixSearch(number)
        let cells = decks.map { $0.index.cell(of: search) }
        let matches = zip(decks, cells).map { deck, cell in deck.index.match(search, in: cell) }
        return zip(decks, matches).map { deck, match in
            guard let (row, count) = deck.row(of: match, at: now) else {
                return Found(hasPrefix: match != nil, row: -1, prefixCount: 0)
            }
            return Found(hasPrefix: true, row: Int32(row), prefixCount: count)
        }
    }
}

/// What one call costs at the carriers, and whether that will do.
private struct Comparison {
    let call: OutboundCall
    let floor: Money
    /// The jurisdiction by the last deck's rule for territories: nearly always that of the next deck too.
    private var lastPolicy: TerritoryPolicy
    private var lastJurisdiction: Jurisdiction

    init(_ call: OutboundCall) {
        self.call = call
        (lastPolicy, lastJurisdiction) = (call.sold.territories, call.sold.jurisdiction)
        floor = call.plan.row.marginFloor.amount(
            price: call.charge.expectedPrice, talkSeconds: call.plan.row.expectedTalkSeconds)
    }

    /// The carrier bills by the deck with the longest prefix.
    mutating func price(
        _ considered: inout Considered, _ carrier: RoutingSnapshot.CarrierTrunk,
        _ decks: ArraySlice<RoutingSnapshot.Found>
    ) {
        var longest = -1
        for (position, found) in decks.enumerated() where found.hasPrefix {
            guard found.row >= 0 else {
                if longest < 0 { considered.outcome = .outOfDate }
                continue
            }
            guard found.prefixCount > longest else { continue }
            longest = found.prefixCount
            let deck = carrier.row.decks[position]
            if deck.options.currency != call.plan.row.currency {
                // The carrier bills by this row, and its price cannot be compared.
                considered.deck = -1
                considered.outcome = .otherCurrency
                continue
            }
            considered.deck = Int16(position)
            considered.row = found.row
            considered.prefixCount = UInt8(found.prefixCount)
            decide(&considered, found, deck)
        }
    }

    private mutating func decide(_ considered: inout Considered, _ found: RoutingSnapshot.Found, _ deck: RateTable) {
        let row = deck.rows[Int(found.row)]
        let terms = deck.prices[Int(row.price)].terms(for: jurisdiction(deck.options.territories))
        let cost = terms.holdAmount(seconds: call.plan.row.expectedTalkSeconds)
        considered.cost = cost.units
        considered.outcome = .chosen
        if row.isBlocked {
            considered.outcome = .blocked
        } else if call.kind.needsAreaCodeRate, found.prefixCount < OutboundCall.areaCodeDigits {
            considered.outcome = .prefixTooShort
        } else if !call.account.row.allowsLoss, call.charge.expectedPrice - cost < floor {
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
