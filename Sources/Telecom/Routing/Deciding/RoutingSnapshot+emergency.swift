extension RoutingSnapshot {
    /// An emergency code: no status, limit, price or margin is looked at, and nothing is charged. A route over a
    /// suspended trunk is tried last rather than not at all.
    func decideEmergency(
        from position: Int, _ code: String, _ purpose: EmergencyCodeRow.Purpose, _ request: CallRequest,
        _ decision: inout Decision
    ) throws(Refusal) {
        let trunk = trunks[position]
        let tenant = tenants[accounts[trunk.account].tenant]
        decision.direction = .emergency
        decision.emergency = purpose
        let caller = emergencyIdentity(of: request.caller, trunk)
        decision.callerNumber = caller.number
        decision.presentedCaller = caller
        decision.limits.maximumSeconds = Decision.emergencyMaximumSeconds
        var suspended: [Candidate] = []
        var others: [Candidate] = []
        for route in tenant.emergencyRoutes {
            let row = carrierTrunks[route.carrierTrunk].row
            var candidate = Candidate(
                carrierTrunkID: row.id, name: row.name, priority: row.priority, outcome: .chosen, buying: nil)
            if let country = route.country, country != trunk.dialPlan.country {
                candidate.outcome = .otherCountry
                others.append(candidate)
                continue
            }
            if row.status == .active, row.carrierStatus == .active {
                decision.candidates.append(candidate)
            } else {
                suspended.append(candidate)
            }
        }
        decision.candidates += suspended
        decision.routes = emergencyRoutes(decision.candidates, tenant, code, caller)
        decision.candidates += others
        guard !decision.routes.isEmpty else { throw .noEmergencyRoute }
        decision.outcome = .routed
    }

    private func emergencyRoutes(
        _ candidates: [Candidate], _ tenant: Tenant, _ code: String, _ caller: CallerIdentity
    ) -> [Route] {
        candidates.compactMap { candidate in
            let route = tenant.emergencyRoutes.first {
                carrierTrunks[$0.carrierTrunk].row.id == candidate.carrierTrunkID
            }
            guard let route else { return nil }
            let carrier = carrierTrunks[route.carrierTrunk]
            return Route(
                to: carrier, user: carrier.row.numberFormat.escapedPrefix + code, caller: caller, buyRateID: nil)
        }
    }
}
