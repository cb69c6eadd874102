import struct FoundationEssentials.UUID

/// Who may be rung, and what is noted of who may not.
extension FlowWalk {
    /// Whether a target may be rung now; if not, why is noted.
    mutating func isEligible(_ id: UUID, in group: UUID?) -> Bool {
        spend(world.targets[id]?.filters.reduce(0) { $0 + $1.size } ?? 0, of: .comparisons)
        guard let target = world.targets[id], let reason = refusal(of: target, in: group) else {
            return world.targets[id] != nil
        }
        refuse(id, reason)
        return false
    }

    /// In the order in which they are looked at: the first one is told.
    private func refusal(of target: FlowTarget, in group: UUID?) -> FlowIneligible? {
        if !target.isActive { return .disabled }
        if !target.isBuyerActive { return .buyerPaused }
        if state.stay?.forwarding?.tried.contains(target.id) ?? false { return .alreadyTried }
        if let reason = refusal(byClock: target.schedule) { return reason }
        if let reason = failure(of: target.filters) { return reason }
        if isRestricted(target) { return .duplicateRestricted }
        if target.hasBalance == false { return .noBalance }
        if let most = target.maximumReroutes, state.ringCount > most { return .rerouteLimit }
        if let campaign = world.campaign, state.ringCount > campaign.maximumReroutes { return .rerouteLimit }
        return world.refusal(by: [target.id, target.buyer] + [group, world.campaign?.id].compactMap(\.self))
    }

    /// Why a group as a whole takes no call.
    func refusal(of group: FlowGroup) -> FlowIneligible? {
        if !group.isActive { return .disabled }
        return refusal(byClock: group.schedule) ?? world.refusal(by: [group.id])
    }

    private func refusal(byClock id: UUID?) -> FlowIneligible? {
        guard let id else { return nil }
        return switch world.schedules[id]?.moment(at: now) ?? .closed {
        case .open: nil
        case .onBreak: .onBreak
        case .closed: .closed
        }
    }

    /// Which kind of filter a call does not pass.
    func failure(of filters: [FlowComparison]) -> FlowIneligible? {
        guard let failed = filters.first(where: { !$0.holds(in: state.names) }) else { return nil }
        return ["caller_state", "caller_area_code", "caller_country"].contains(failed.name) ? .geoFilter : .tagFilter
    }

    /// Whether the caller was there before, and is not sent again.
    private func isRestricted(_ target: FlowTarget) -> Bool {
        state.call.contacts.contains { contact in
            let isSame =
                switch target.restriction {
                case .unrestricted: false
                case .byBuyer: contact.buyer == target.buyer
                case .byTarget: contact.target == target.id
                }
            guard isSame, let at = target.restrictedAfterConversion ? contact.convertedAt : contact.connectedAt else {
                return false
            }
            return target.restrictionSeconds.map { now - at < Int64($0) * 1_000_000 } ?? true
        }
    }

    // MARK: Notes

    mutating func refuse(_ id: UUID, _ reason: FlowIneligible, bid: Money? = nil) {
        if state.stay?.forwarding == nil { state.stay?.forwarding = FlowForwarding() }
        state.stay?.forwarding?.refusals.append(reason)
        add(id, .ineligible, reason: reason, bid: bid)
    }

    mutating func add(
        _ id: UUID, _ outcome: FlowCandidate.Outcome, reason: FlowIneligible? = nil, bid: Money? = nil
    ) {
        spend(1, of: .candidates)
        state.stay?.candidates.append(
            FlowCandidate(
                target: id, name: world.targets[id]?.name ?? "", outcome: outcome, reason: reason, bid: bid))
    }
}
