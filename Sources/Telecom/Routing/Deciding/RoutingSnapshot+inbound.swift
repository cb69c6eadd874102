extension RoutingSnapshot {
    /// A carrier calls one of our numbers: it goes to the trunk of the number's account, at the inbound prices of that
    /// account's plan. A price of zero is a price; no price at all is a refusal.
    func decideInbound(
        to did: DID, _ request: CallRequest, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) {
        let account = accounts[did.account]
        decision.direction = .inbound
        decision.tenantID = did.row.tenantID
        decision.accountID = did.row.accountID
        decision.trunkID = did.trunk.map { trunks[$0].row.id }
        decision.called = did.row.number
        decision.calledKind = NumberKind(did.row.number, areaCodes: areaCodes)
        decision.callerNumber =
            presentedNumber(request.caller, tenants[did.tenant].dialPlan, trustsIdentity: true).number
        guard tenants[did.tenant].row.status == .active else { throw .tenantSuspended }
        guard account.row.status == .active else { throw .accountSuspended }
        guard did.row.status == .active else { throw .numberNotInService }
        guard let position = did.trunk, let endpoint = trunks[position].row.host else { throw .numberHasNoHost }
        let trunk = trunks[position]
        guard trunk.row.status == .active else { throw .trunkSuspended }
        setLimits(trunk, account, &decision)
        let plan = try ratePlan(of: account, at: now)
        guard let table = plan.row.inbound, case .found(let match) = table.lookUp(did.row.number, at: now) else {
            throw .noSellRate
        }
        guard !match.isBlocked else { throw .destinationBlocked }
        let places = CallPlaces(caller: decision.callerNumber, called: did.row.number, places: self.places)
        let jurisdiction = JurisdictionDecision(places, territories: table.options.territories)
        decision.jurisdiction = jurisdiction
        decision.charge = Charge(
            match: match, plan: plan, jurisdiction: jurisdiction.jurisdiction, trunk: trunk, number: did.row.number,
            isInbound: true, atMostSeconds: decision.limits.maximumSeconds, at: now)
        decision.destination = .trunk(position, host: endpoint, number: did.row.number)
        decision.routeCount = 1
        decision.outcome = .routed
    }
}
