extension RoutingSnapshot {
    /// Decides what becomes of a call: who it is, whether it may, where it goes and at what price.
    ///
    /// The checks are made in the order of the cases of `Refusal`, and the first that fails decides. An emergency code
    /// from an identified trunk is routed before any other check. Limits and the hold are left to the caller of this
    /// function: `Decision.limits` and `Decision.charge` say what they are.
    /// - Parameter now: microseconds since 1970 UTC, for the dates of rates and plans.
    /// - Parameter health: how carrier trunks do, by the positions of this snapshot; nil when nothing is known.
    package func decide(_ request: CallRequest, at now: Int64, health: RouteHealth? = nil) -> Decision {
        var decision = Decision(self, at: now)
        decision.health = health
        decide(request, at: now, &decision)
        return decision
    }

    private func decide(_ request: CallRequest, at now: Int64, _ decision: inout Decision) {
        do throws(Refusal) {
            switch try identify(request, at: now, &decision) {
            case .challenge(let stale): decision.outcome = .challenge(stale: stale)
            case .carrier(let did): try decideInbound(to: did, request, at: now, &decision)
            case .emergency(let trunk, let code, let purpose):
                try decideEmergency(from: trunk, code, purpose, request, at: now, &decision)
            case .customer(let trunk, let dialled):
                try decideOutbound(from: trunk, dialled: dialled, request, at: now, &decision)
            }
        } catch {
            decision.outcome = .refused(error)
        }
    }

    /// The account, its trunk and its tenant may all be used.
    func requireService(_ trunk: Trunk, _ account: Account) throws(Refusal) {
        guard tenants[account.tenant].row.status == .active else { throw .tenantSuspended }
        guard account.row.status == .active else { throw .accountSuspended }
        guard trunk.row.status == .active else { throw .trunkSuspended }
    }

    func setParty(_ trunk: Trunk, _ account: Account, _ decision: inout Decision) {
        decision.tenantID = account.row.tenantID
        decision.accountID = account.row.id
        decision.trunkID = trunk.row.id
    }

    func setLimits(_ trunk: Trunk, _ account: Account, _ decision: inout Decision) {
        let tenant = tenants[account.tenant].row
        decision.limits.accountChannels = account.row.maximumChannels
        decision.limits.accountCallsPerSecond = account.row.callsPerSecond
        decision.limits.trunkChannels = trunk.row.maximumChannels
        decision.limits.trunkCallsPerSecond = trunk.row.callsPerSecond
        decision.limits.maximumSeconds = max(trunk.row.maximumDurationSeconds, 1)
        decision.limits.maximumTries = tenant.maximumTries
        decision.limits.maximumPostDialDelayMilliseconds = tenant.maximumPostDialDelayMilliseconds
    }

    /// The rate plan that is in effect.
    func ratePlan(of account: Account, at now: Int64) throws(Refusal) -> RatePlan {
        for (validity, plan) in account.ratePlans where validity.contains(now) { return ratePlans[plan] }
        throw .noSellRate
    }
}
