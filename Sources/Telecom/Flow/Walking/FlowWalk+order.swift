import struct FoundationEssentials.UUID

/// The order in which a group or a plan is gone through.
extension FlowWalk {
    /// Something that takes one place.
    private struct Entry {
        let rank: FlowRank
        let targets: [UUID]
        var group: UUID?
    }

    mutating func places(of group: FlowGroup) -> [FlowForwarding.Place] {
        spend(group.members.count, of: .candidates)
        if overspent != nil { return [] }
        if let reason = refusal(of: group) {
            for member in group.members { refuse(member.target, reason) }
            return []
        }
        let entries = group.members.filter { member in
            if !member.rank.isActive { refuse(member.target, .disabled) }
            return member.rank.isActive
        }.map { Entry(rank: $0.rank, targets: [$0.target]) }
        return places(of: entries, by: group.strategy, in: group.id)
    }

    mutating func places(of campaign: FlowCampaign) -> [FlowForwarding.Place] {
        var entries: [Entry] = []
        for route in campaign.routes {
            let targets = targets(of: route)
            spend(1 + targets.count, of: .candidates)
            spend(route.filters.reduce(0) { $0 + $1.size }, of: .comparisons)
            // The same large group may be in the plan again and again.
            if overspent != nil { return [] }
            if targets.isEmpty { continue }
            var reason = route.rank.isActive ? failure(of: route.filters) : .disabled
            if reason == nil, let group = route.group.flatMap({ world.groups[$0] }) { reason = refusal(of: group) }
            if let reason {
                for target in targets { refuse(target, reason) }
            } else {
                entries.append(Entry(rank: route.rank, targets: targets, group: route.group))
            }
        }
        let places = places(of: entries, by: campaign.strategy, in: nil)
        guard let previous = state.call.contacts.last?.target else { return places }
        return sendBack(places, to: previous, campaign.returning)
    }

    private func targets(of route: FlowCampaign.Route) -> [UUID] {
        if let target = route.target { return [target] }
        let members = route.group.flatMap { world.groups[$0]?.members } ?? []
        return members.filter(\.rank.isActive).map(\.target)
    }

    /// What the campaign says of callers who were connected before.
    private mutating func sendBack(
        _ places: [FlowForwarding.Place], to previous: UUID, _ returning: FlowCampaign.Returning
    ) -> [FlowForwarding.Place] {
        let original = FlowForwarding.Place.target(previous, group: nil, bid: nil)
        let isThere = world.targets[previous] != nil
        switch returning {
        case .normal: return places
        case .original: return isThere ? [original] + places : places
        case .strictOriginal: return isThere ? [original] : []
        case .different:
            refuse(previous, .duplicateRestricted)
            state.stay?.forwarding?.tried.insert(previous)
            return places
        }
    }

    private mutating func places(
        of entries: [Entry], by strategy: FlowStrategy, in group: UUID?
    ) -> [FlowForwarding.Place] {
        let all = entries.flatMap(\.targets)
        switch strategy {
        case .simultaneous: return all.isEmpty ? [] : [.together(all, group: group)]
        case .highestBid: return all.isEmpty ? [] : [.auction(all, group: group)]
        case .priorityWeight: return drawn(entries).flatMap { spread($0, in: group) }
        case .roundRobin:
            let rung = entries.map { entry in
                entry.targets.compactMap { world.targets[$0]?.lastRungAt }.max() ?? .min
            }
            return sorted(entries, by: rung).flatMap { spread($0, in: group) }
        case .predictive:
            let earns = entries.map { entry in
                -(entry.targets.compactMap { world.targets[$0]?.earns.units }.max() ?? 0)
            }
            return sorted(entries, by: earns).flatMap { spread($0, in: group) }
        }
    }

    /// The places of an entry: of a group those by its own strategy.
    private mutating func spread(_ entry: Entry, in group: UUID?) -> [FlowForwarding.Place] {
        if let inner = entry.group.flatMap({ world.groups[$0] }) { return places(of: inner) }
        return entry.targets.map { .target($0, group: group, bid: nil) }
    }

    /// The lowest priority first; equals are drawn by weight.
    private mutating func drawn(_ entries: [Entry]) -> [Entry] {
        let byPriority = Dictionary(grouping: entries, by: \.rank.priority)
        var ordered: [Entry] = []
        for priority in byPriority.keys.sorted() {
            ordered += state.draw.order(byPriority[priority] ?? [], weight: \.rank.weight)
        }
        return ordered
    }

    /// The smallest first, equals as they stand.
    private func sorted(_ entries: [Entry], by keys: [Int64]) -> [Entry] {
        entries.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { entries[$0] }
    }
}
