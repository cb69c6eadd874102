package import struct FoundationEssentials.UUID

extension RoutingSnapshot {
    /// What would happen to a call of a trunk, whoever asks: the decision with all its candidates.
    /// - Parameters:
    ///   - tenantID: whose trunk it is.
    ///   - dialled: as the trunk would dial it, without its tech prefix.
    ///   - caller: the number it would present.
    ///   - porting: what is known of the porting of the called number, and of the caller's.
    ///   - shown: the number that the latter is about; the one that the caller presents when `nil`.
    ///   - codecs: those that it would offer.
    ///   - now: microseconds since 1970.
    ///   - health: how carrier trunks do.
    /// - Returns: `nil` when the snapshot has no such trunk.
    package func explain(
        trunkID: UUID, of tenantID: UUID, dialled: String, caller: String,
        porting: (called: NumberPorting?, caller: NumberPorting?) = (nil, nil), shown: E164? = nil,
        codecs: CodecSet = .any, at now: Int64, health: RouteHealth? = nil
    ) -> Decision? {
        let found = trunks.firstIndex { $0.row.id == trunkID && $0.row.tenantID == tenantID }
        return found.map { position in
            explain(
                trunkAt: position, dialled: dialled, caller: caller, porting: porting, shown: shown,
                codecs: codecs, at: now, health: health)
        }
    }

    /// Where the trunks of a tenant stand, for who asks about so many calls that a search for each takes too long.
    package func trunkPositions(of tenantID: UUID) -> [UUID: Int] {
        var positions: [UUID: Int] = [:]
        for (position, trunk) in trunks.enumerated() where trunk.row.tenantID == tenantID {
            positions[trunk.row.id] = position
        }
        return positions
    }

    /// The same for the trunk at a position.
    package func explain(
        trunkAt position: Int, dialled: String, caller: String,
        porting: (called: NumberPorting?, caller: NumberPorting?) = (nil, nil), shown: E164? = nil,
        codecs: CodecSet = .any, at now: Int64, health: RouteHealth? = nil
    ) -> Decision {
        let trunk = trunks[position]
        let account = accounts[trunk.account]
        var request = CallRequest(
            source: IPAddress(v4: 0), dialled: dialled, caller: PresentedCaller(fromUser: caller))
        request.codecs = codecs
        request.porting = porting.called
        if let known = porting.caller, let number = shown ?? E164(caller) { request.callerPorting = (number, known) }
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
