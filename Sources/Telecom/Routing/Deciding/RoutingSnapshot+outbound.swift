extension RoutingSnapshot {
    /// A customer calls the world: number, caller's number, selling price, then the carriers by cost.
    func decideOutbound(
        from position: Int, dialled: String, _ request: CallRequest, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) {
        let trunk = trunks[position]
        let account = accounts[trunk.account]
        decision.direction = .outbound
        try requireService(trunk, account)
        setLimits(trunk, account, &decision)
        let number = try calledNumber(dialled, trunk.dialPlan, &decision)
        let caller = try identity(of: request.caller, trunk, account)
        decision.callerNumber = caller.number
        decision.presentedCaller = caller
        let plan = try ratePlan(of: account, at: now)
        let charge = try sell(number, plan, trunk.row, at: now, &decision)
        let call = OutboundCall(
            number: number, kind: decision.calledKind ?? .international, caller: caller, account: account, plan: plan,
            charge: charge, now: now)
        decision.destination = .number(number)
        chooseRoutes(for: call, &decision)
        guard decision.routeCount > 0 else { throw .noRoute }
        decision.outcome = .routed
    }

    private func calledNumber(
        _ dialled: String, _ dialPlan: DialPlan, _ decision: inout Decision
    ) throws(Refusal) -> E164 {
        let number: E164
        do throws(NumberError) {
            number = try dialPlan.normalise(dialled)
        } catch {
            throw .number(error)
        }
        let kind = NumberKind(number, areaCodes: areaCodes)
        decision.called = number
        decision.calledKind = kind
        if kind == .unassigned { throw .number(.unassignedAreaCode) }
        return number
    }

    private func sell(
        _ number: E164, _ plan: RatePlan, _ trunk: TrunkRow, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) -> Charge {
        guard let table = plan.row.outbound else { throw .noSellRate }
        let jurisdiction = JurisdictionDecision(
            caller: decision.callerNumber, called: number, areaCodes: areaCodes,
            territories: table.options.territories)
        decision.jurisdiction = jurisdiction
        guard case .found(let match) = table.lookUp(number, at: now) else { throw .noSellRate }
        let needsAreaCode = decision.calledKind?.needsAreaCodeRate ?? false
        guard !match.isBlocked, !needsAreaCode || match.prefix.count >= OutboundCall.areaCodeDigits else {
            throw .destinationBlocked
        }
        let charge = Charge(
            match: match, plan: plan.row, jurisdiction: jurisdiction.jurisdiction,
            trunk: trunk)
        decision.charge = charge
        return charge
    }
}

/// What stays the same while the carriers are compared.
struct OutboundCall {
    let number: E164
    let kind: NumberKind
    let caller: CallerIdentity
    let account: RoutingSnapshot.Account
    let plan: RoutingSnapshot.RatePlan
    let charge: Charge
    let now: Int64

    /// Country code 1 and an area code.
    static let areaCodeDigits = 4
}
