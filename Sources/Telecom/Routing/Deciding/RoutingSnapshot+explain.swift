package import struct FoundationEssentials.UUID

extension RoutingSnapshot {
    /// What would happen to a call of a trunk, whoever asks: the decision with all its candidates.
    /// - Parameters:
    ///   - tenantID: whose trunk it is.
    ///   - dialled: as the trunk would dial it, without its tech prefix.
    ///   - caller: the number it would present.
    ///   - porting: what is known of the porting of the called number, and of the caller's.
    ///   - now: microseconds since 1970.
    ///   - health: how carrier trunks do.
    /// - Returns: `nil` when the snapshot has no such trunk.
    package func explain(
        trunkID: UUID, of tenantID: UUID, dialled: String, caller: String,
        porting: (called: NumberPorting?, caller: NumberPorting?) = (nil, nil), at now: Int64,
        health: RouteHealth? = nil
    ) -> Decision? {
        let found = trunks.firstIndex { $0.row.id == trunkID && $0.row.tenantID == tenantID }
        guard let position = found else { return nil }
        let trunk = trunks[position]
        let account = accounts[trunk.account]
        var request = CallRequest(
            source: IPAddress(v4: 0), dialled: dialled, caller: PresentedCaller(fromUser: caller))
        request.porting = porting.called
        if let known = porting.caller, let number = E164(caller) { request.callerPorting = (number, known) }
        var decision = Decision(self, at: now)
        decision.health = health
        setParty(trunk, account, &decision)
        do throws(Refusal) {
            if case .emergency(_, let code, let purpose) = emergency(position, dialled, "", at: now) {
                try decideEmergency(from: position, code, purpose, request, at: now, &decision)
            } else {
                try decideOutbound(from: position, dialled: dialled, request, at: now, &decision)
            }
        } catch {
            decision.outcome = .refused(error)
        }
        return decision
    }
}
