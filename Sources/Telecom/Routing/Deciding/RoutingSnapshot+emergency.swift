extension RoutingSnapshot {
    /// An emergency code: no status, limit, price or margin is looked at, and nothing is charged. A route over a
    /// suspended trunk is tried last rather than not at all.
    func decideEmergency(
        from position: Int, _ code: String, _ purpose: EmergencyCodeRow.Purpose, _ request: CallRequest,
        at now: Int64, _ decision: inout Decision
    ) throws(Refusal) {
        let trunk = trunks[position]
        let tenant = tenants[accounts[trunk.account].tenant]
        decision.direction = .emergency
        decision.emergency = purpose
        let caller = emergencyIdentity(of: request.caller, trunk, at: now)
        decision.callerNumber = caller.number
        decision.presentedCaller = caller
        decision.limits.maximumSeconds = Decision.emergencyMaximumSeconds
        var suspended: [Considered] = []
        var others: [Considered] = []
        for route in tenant.emergencyRoutes {
            let row = carrierTrunks[route.carrierTrunk].row
            if let country = route.country, country != trunk.dialPlan.country {
                others.append(Considered(route.carrierTrunk, .otherCountry))
            } else if row.status == .active, row.carrierStatus == .active {
                decision.considered.append(Considered(route.carrierTrunk, .chosen))
            } else {
                suspended.append(Considered(route.carrierTrunk, .chosen))
            }
        }
        decision.considered += suspended
        decision.routeCount = decision.considered.count
        decision.considered += others
        decision.destination = .emergencyCode(code)
        guard decision.routeCount > 0 else { throw .noEmergencyRoute }
        decision.outcome = .routed
    }
}
