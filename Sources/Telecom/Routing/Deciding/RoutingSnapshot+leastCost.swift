extension RoutingSnapshot {
    /// Looks at every carrier trunk of the tenant and puts those that will do in order: the lowest cost of a call of
    /// the expected length first, with the carrier's increments and connect fee; then priority, then weight.
    ///
    /// The longest prefix of each carrier counts, not the longest of all: that is what each of them bills by.
    func chooseRoutes(for call: OutboundCall, _ decision: inout Decision) {
        let floor = call.plan.marginFloor.amount(
            price: call.charge.expectedPrice, talkSeconds: call.plan.expectedTalkSeconds)
        var able: [(candidate: Candidate, position: Int)] = []
        var unable: [Candidate] = []
        for position in tenants[call.account.tenant].carrierTrunks {
            let candidate = candidate(position, for: call, floor: floor)
            if candidate.outcome == .chosen {
                able.append((candidate, position))
            } else {
                unable.append(candidate)
            }
        }
        able.sort { left, right in isBefore(left, right) }
        for (rank, entry) in able.enumerated() {
            var candidate = entry.candidate
            if rank < Decision.maximumRoutes {
                let carrier = carrierTrunks[entry.position]
                decision.routes.append(
                    Route(
                        to: carrier, user: carrier.row.numberFormat.text(call.number), caller: call.caller,
                        buyRateID: candidate.buying?.rateID))
            } else {
                candidate.outcome = .beyondRouteLimit
            }
            decision.candidates.append(candidate)
        }
        decision.candidates += unable
    }

    private typealias Able = (candidate: Candidate, position: Int)

    private func isBefore(_ left: Able, _ right: Able) -> Bool {
        if let leftCost = left.candidate.buying?.expectedCost, let rightCost = right.candidate.buying?.expectedCost,
            leftCost != rightCost
        {
            return leftCost < rightCost
        }
        if left.candidate.priority != right.candidate.priority {
            return left.candidate.priority < right.candidate.priority
        }
        let leftWeight = carrierTrunks[left.position].row.weight
        let rightWeight = carrierTrunks[right.position].row.weight
        // The position makes the order the same every time.
        return leftWeight != rightWeight ? leftWeight > rightWeight : left.position < right.position
    }

    private func candidate(_ position: Int, for call: OutboundCall, floor: Money) -> Candidate {
        let carrier = carrierTrunks[position]
        var candidate = Candidate(
            carrierTrunkID: carrier.row.id, name: carrier.row.name, priority: carrier.row.priority, outcome: .chosen,
            buying: nil)
        if let obstacle = obstacle(carrier, call.account) {
            candidate.outcome = obstacle
            return candidate
        }
        candidate.outcome = carrier.row.decks.isEmpty ? .noDeck : .noPrefix
        var longest = -1
        for deck in carrier.row.decks {
            switch deck.lookUp(call.number, at: call.now) {
            case .noPrefix: break
            case .outOfDate where longest < 0: candidate.outcome = .outOfDate
            case .found(let match) where match.prefix.count > longest:
                longest = match.prefix.count
                if deck.options.currency != call.plan.currency {
                    // The carrier bills by this row, and its price cannot be compared.
                    (candidate.buying, candidate.outcome) = (nil, .otherCurrency)
                    continue
                }
                let buying = buying(match, deck, call)
                candidate.buying = buying
                candidate.outcome = outcome(match, buying, call, floor: floor)
            case .outOfDate, .found: break
            }
        }
        return candidate
    }

    /// What keeps the account from using the trunk at all.
    private func obstacle(_ carrier: CarrierTrunk, _ account: Account) -> Candidate.Outcome? {
        if carrier.row.carrierStatus != .active { return .carrierSuspended }
        if carrier.row.status != .active { return .trunkSuspended }
        if !carrier.row.carriesOutbound { return .notOutbound }
        let partitions = account.row.partitionIDs
        if !partitions.isEmpty && partitions.isDisjoint(with: carrier.row.partitionIDs) { return .otherPartition }
        return nil
    }

    private func buying(_ match: RateMatch, _ deck: RateTable, _ call: OutboundCall) -> Candidate.Buying {
        let jurisdiction = JurisdictionDecision(
            caller: call.caller.number, called: call.number, areaCodes: areaCodes,
            territories: deck.options.territories)
        let terms = match.terms(for: jurisdiction.jurisdiction)
        let cost = terms.holdAmount(seconds: call.plan.expectedTalkSeconds)
        return Candidate.Buying(
            rateID: match.id, prefix: match.prefix, jurisdiction: jurisdiction, terms: terms, expectedCost: cost,
            expectedMargin: call.charge.expectedPrice - cost)
    }

    private func outcome(
        _ match: RateMatch, _ buying: Candidate.Buying, _ call: OutboundCall, floor: Money
    ) -> Candidate.Outcome {
        if match.isBlocked { return .blocked }
        if call.kind.needsAreaCodeRate, match.prefix.count < OutboundCall.areaCodeDigits { return .prefixTooShort }
        if !call.account.row.allowsLoss, buying.expectedMargin < floor { return .margin }
        return .chosen
    }
}
