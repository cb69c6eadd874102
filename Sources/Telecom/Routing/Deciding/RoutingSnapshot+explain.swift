package import struct FoundationEssentials.UUID

extension RoutingSnapshot {
    /// What would happen to a call of a trunk, whoever asks: the decision with all its candidates.
    /// - Parameters:
    ///   - tenantID: whose trunk it is.
    ///   - dialled: as the trunk would dial it, without its tech prefix.
    ///   - caller: the number it would present.
    ///   - now: microseconds since 1970.
    /// - Returns: `nil` when the snapshot has no such trunk.
    package func explain(
        trunkID: UUID, of tenantID: UUID, dialled: String, caller: String, at now: Int64
    ) -> Decision? {
        let found = trunks.firstIndex { $0.row.id == trunkID && $0.row.tenantID == tenantID }
        guard let position = found else { return nil }
        let trunk = trunks[position]
        let account = accounts[trunk.account]
        let request = CallRequest(
            source: IPAddress(v4: 0), dialled: dialled, caller: PresentedCaller(fromUser: caller))
        var decision = Decision(self)
        setParty(trunk, account, &decision)
        do throws(Refusal) {
            if case .emergency(_, let code, let purpose) = emergency(position, dialled, "") {
                try decideEmergency(from: position, code, purpose, request, &decision)
            } else {
                try decideOutbound(from: position, dialled: dialled, request, at: now, &decision)
            }
        } catch {
            decision.outcome = .refused(error)
        }
        return decision
    }
}
