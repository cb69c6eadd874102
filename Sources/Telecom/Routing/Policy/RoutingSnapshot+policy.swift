extension RoutingSnapshot {
    /// The account may call the number. The limit of the call shortens it at once; its price is still to come.
    func requirePermission(
        _ number: E164, _ kind: NumberKind, _ account: Account, at now: Int64, _ decision: inout Decision
    ) throws(Refusal) -> CallLimitRow? {
        let guardDigits = guardedPrefixes.digits(for: number, kind)
        guard let policy = account.policy else {
            guard kind.isHome, guardDigits == 0 else { throw .destinationNotAllowed }
            return nil
        }
        do throws(CallPolicy.Denial) {
            try policy.check(number, kind, guardDigits: guardDigits, at: now)
        } catch {
            decision.refusingRuleID = error.ruleID
            throw error.refusal
        }
        guard let limit = policy.limit(for: number, at: now) else { return nil }
        if let seconds = limit.maximumSeconds {
            decision.limits.maximumSeconds = min(decision.limits.maximumSeconds, seconds)
        }
        return limit
    }

    /// The call does not cost more a minute than its limit says.
    func requireRate(_ charge: Charge, within limit: CallLimitRow, _ decision: inout Decision) throws(Refusal) {
        guard let maximum = limit.maximumRate, charge.terms.nextRate > maximum else { return }
        decision.refusingRuleID = limit.id
        throw .rateAboveMaximum
    }
}
