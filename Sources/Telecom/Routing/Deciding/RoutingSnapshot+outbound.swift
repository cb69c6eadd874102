extension RoutingSnapshot {
    /// A customer calls the world: number, policy, caller's number, selling price, then the carriers by cost.
    func decideOutbound(
        from position: Int, dialled: String, _ request: CallRequest, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) {
        let trunk = trunks[position]
        let account = accounts[trunk.account]
        decision.direction = .outbound
        try requireService(trunk, account)
        setLimits(trunk, account, &decision)
        let number = try calledNumber(dialled, trunk, at: now, &decision)
        let kind = decision.calledKind ?? .international
        let limit = try requirePermission(number, kind, account, at: now, &decision)
        let caller = try identity(of: request.caller, calling: number, trunk, account, at: now, &decision)
        decision.callerNumber = caller.number
        decision.presentedCaller = caller
        decidePorting(of: number, trunk, request, &decision)
        let places = CallPlaces(
            caller: caller.number, called: number, callerRoutingNumber: decision.callerPorting?.routingNumber,
            routingNumber: decision.porting?.routingNumber, places: self.places)
        decision.places = places
        let plan = try ratePlan(of: account, at: now)
        let (charge, jurisdiction) = try sell(number, places, plan, trunk, at: now, &decision)
        if let limit { try requireRate(charge, within: limit, &decision) }
        let call = OutboundCall(
            called: number, billedNumber: decision.porting?.routingNumber ?? number, kind: kind, places: places,
            sold: jurisdiction, account: account, plan: plan, expectedPrice: charge.expectedPrice,
            codecs: request.codecs, now: now)
        decision.destination = .number(number)
        chooseRoutes(for: call, &decision)
        guard decision.routeCount > 0 else {
            let isAway = decision.considered.contains { $0.outcome == .circuitOpen }
            throw isAway ? .carriersAway : .noRoute
        }
        decision.outcome = .routed
    }

    /// The request's own word where its trunk is believed, else what was looked up. Other countries' numbers are not
    /// ported in a way that prices know.
    private func decidePorting(
        of number: E164, _ trunk: Trunk, _ request: CallRequest, _ decision: inout Decision
    ) {
        guard number.isNANP else { return }
        let signalled = trunk.row.trustsPorting ? request.signalledPorting?.porting(of: number) : nil
        decision.porting = signalled ?? request.porting
        if let (caller, porting) = request.callerPorting, caller == decision.callerNumber {
            decision.callerPorting = porting
        }
    }

    private func calledNumber(
        _ dialled: String, _ trunk: Trunk, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) -> E164 {
        let number: E164
        do throws(NumberError) {
            if let rules = trunk.translation.called, let translated = rules.translate(dialled, at: now) {
                decision.translatedCalled = translated
                number = try trunk.dialPlan.normalise(translated)
            } else {
                number = try trunk.dialPlan.normalise(dialled)
            }
        } catch {
            throw .number(error)
        }
        let kind = NumberKind(number, areaCodes: areaCodes)
        decision.called = number
        decision.calledKind = kind
        if kind == .unassigned { throw .number(.unassignedAreaCode) }
        return number
    }

    /// The price, by the number dialled, and the jurisdiction that it was chosen by.
    private func sell(
        _ number: E164, _ places: CallPlaces, _ plan: RatePlan, _ trunk: Trunk, at now: Int64,
        _ decision: inout Decision
    ) throws(Refusal) -> (Charge, OutboundCall.Sold) {
        guard let table = plan.row.outbound else { throw .noSellRate }
        let jurisdiction = JurisdictionDecision(places, territories: table.options.territories)
        decision.jurisdiction = jurisdiction
        guard case .found(let match) = table.lookUp(number, at: now) else { throw .noSellRate }
        let needsAreaCode = decision.calledKind?.needsAreaCodeRate ?? false
        guard !match.isBlocked, !needsAreaCode || match.prefix.count >= OutboundCall.areaCodeDigits else {
            throw .destinationBlocked
        }
        let charge = Charge(
            match: match, plan: plan, jurisdiction: jurisdiction.jurisdiction, trunk: trunk, number: number,
            atMostSeconds: decision.limits.maximumSeconds, at: now)
        decision.charge = charge
        return (charge, OutboundCall.Sold(table.options.territories, jurisdiction.jurisdiction))
    }
}

/// What stays the same while the carriers are compared.
struct OutboundCall {
    let called: E164
    /// What decks are looked up by: the routing number of a ported number.
    let billedNumber: E164
    /// Of the number dialled.
    let kind: NumberKind
    let places: CallPlaces
    let sold: Sold
    let account: RoutingSnapshot.Account
    let plan: RoutingSnapshot.RatePlan
    /// What a call of the expected length is sold for.
    let expectedPrice: Money
    /// What it offers.
    let codecs: CodecSet
    let now: Int64

    /// The jurisdiction that it is sold by, and the rule for territories that it follows from: nearly always that of
    /// the decks too.
    struct Sold {
        let territories: TerritoryPolicy
        let jurisdiction: Jurisdiction

        init(_ territories: TerritoryPolicy, _ jurisdiction: Jurisdiction) {
            self.territories = territories
            self.jurisdiction = jurisdiction
        }
    }

    /// Country code 1 and an area code.
    static let areaCodeDigits = 4
}
