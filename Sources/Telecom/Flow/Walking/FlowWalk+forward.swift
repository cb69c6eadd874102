import struct FoundationEssentials.UUID

extension FlowWalk {
    /// Begins to look for somebody who takes the call.
    mutating func forward(to destination: FlowDestination) -> Exit {
        let places: [FlowForwarding.Place]?
        switch destination {
        case .target(let id): places = world.targets[id].map { [.target($0.id, group: nil, bid: nil)] }
        case .group(let id): places = world.groups[id].map { self.places(of: $0) }
        case .plan: places = world.campaign.map { self.places(of: $0) }
        }
        guard let places else {
            return lost(
                .notConfigured,
                destination == .plan ? "the call has no campaign, whose plan it goes by" : "what it rings is not there")
        }
        var forwarding = state.stay?.forwarding ?? FlowForwarding()
        forwarding.places = places.reversed()
        state.stay?.forwarding = forwarding
        return tryNext()
    }

    /// Rings the next place where somebody may be rung, or leaves.
    private mutating func tryNext() -> Exit {
        while let place = state.stay?.forwarding?.places.popLast() {
            if let end = overspent { return end }
            switch place {
            case .target(let id, let group, let bid):
                guard isEligible(id, in: group), let target = world.targets[id] else { continue }
                if target.isAsked, bid == nil { return askBids([id], for: place) }
                return ring([id])
            case .together(let ids, let group):
                let eligible = ids.filter { isEligible($0, in: group) }
                let asked = eligible.filter { world.targets[$0]?.isAsked ?? false }
                if !asked.isEmpty { return askBids(asked, for: .together(eligible, group: group)) }
                if !eligible.isEmpty { return ring(eligible) }
            case .auction(let ids, let group):
                let eligible = ids.filter { isEligible($0, in: group) }
                let asked = eligible.filter { world.targets[$0]?.isAsked ?? false }
                if !asked.isEmpty { return askBids(asked, for: .auction(eligible, group: group)) }
                // Who is not asked bids nothing, and is there when nobody bids.
                if !eligible.isEmpty { auction(eligible, group, [:]) }
            }
        }
        return overspent ?? giveUp()
    }

    private func giveUp() -> Exit {
        guard let forwarding = state.stay?.forwarding else { return .leaves("no_target", "there is no target") }
        if let port = forwarding.lastPort { return .leaves(port, "nobody is left to ring") }
        if !forwarding.refusals.isEmpty, forwarding.refusals.allSatisfy(\.isCap) {
            return .leaves("capped", "every target has as many calls as it takes")
        }
        return .leaves("no_target", forwarding.refusals.isEmpty ? "there is no target" : "no target may be rung")
    }

    // MARK: Bids

    private mutating func askBids(_ asked: [UUID], for place: FlowForwarding.Place) -> Exit {
        state.stay?.forwarding?.asking = place
        return act(.askBids(asked))
    }

    /// Goes on with what was bid.
    mutating func weigh(_ bids: [UUID: FlowBid]) -> Exit? {
        guard let asking = state.stay?.forwarding?.asking else { return nil }
        state.stay?.forwarding?.asking = nil
        switch asking {
        case .target(let id, let group, _):
            guard let amount = offer(of: id, bids) else { return tryNext() }
            return again(.target(id, group: group, bid: amount))
        case .together(let ids, _):
            var taking: [UUID] = []
            for id in ids {
                let isAsked = world.targets[id]?.isAsked ?? false
                let amount = isAsked ? offer(of: id, bids) : Money.zero
                if amount != nil { taking.append(id) }
            }
            return taking.isEmpty ? tryNext() : ring(taking)
        case .auction(let ids, let group):
            auction(ids, group, bids)
            return tryNext()
        }
    }

    /// Puts those whose bids are enough in front, the best first.
    private mutating func auction(_ ids: [UUID], _ groupID: UUID?, _ bids: [UUID: FlowBid]) {
        let group = groupID.flatMap { world.groups[$0] }
        var offers: [(id: UUID, amount: Money)] = []
        for id in ids {
            let isAsked = world.targets[id]?.isAsked ?? false
            if let amount = isAsked ? offer(of: id, bids) : Money.zero { offers.append((id, amount)) }
        }
        offers = offers.enumerated().sorted { ($1.element.amount, $0.offset) < ($0.element.amount, $1.offset) }
            .map(\.element)
        if let best = offers.first, let group, best.amount < group.minimumRevenue {
            for offer in offers { refuse(offer.id, .bidTooLow, bid: offer.amount) }
            return
        }
        let isWaterfall = group?.isWaterfall ?? true
        for offer in offers.dropFirst() where !isWaterfall { add(offer.id, .outbid, bid: offer.amount) }
        let taken = isWaterfall ? offers : Array(offers.prefix(1))
        let places = taken.map { FlowForwarding.Place.target($0.id, group: groupID, bid: $0.amount) }
        state.stay?.forwarding?.places.append(contentsOf: places.reversed())
    }

    /// What a target bids, when that is enough.
    private mutating func offer(of id: UUID, _ bids: [UUID: FlowBid]) -> Money? {
        switch bids[id] {
        case nil: add(id, .pingFailed)
        case .refused?: add(id, .noBid)
        case .amount(let amount)?:
            if amount >= world.targets[id]?.minimumBid ?? .zero { return amount }
            refuse(id, .bidTooLow, bid: amount)
        }
        return nil
    }

    // MARK: Ringing

    private mutating func again(_ place: FlowForwarding.Place) -> Exit {
        state.stay?.forwarding?.places.append(place)
        return tryNext()
    }

    private mutating func ring(_ ids: [UUID]) -> Exit {
        let targets = ids.compactMap { world.targets[$0] }
        state.stay?.forwarding?.ringing = ids
        state.stay?.forwarding?.tried.formUnion(ids)
        state.ringCount += 1
        let records = world.campaign?.records ?? false
        return act(
            .ring(
                targets.map { target in
                    FlowRing(
                        target: target.id, name: target.name, ringSeconds: target.ringSeconds,
                        maximumSeconds: target.maximumSeconds, shows: target.shows, whisper: target.whisper,
                        pressesToAccept: target.pressesToAccept, detectsMachines: target.detectsMachines,
                        records: target.records ?? records)
                }))
    }

    /// Goes on with what came of ringing.
    mutating func hear(_ ringing: FlowRinging) -> Exit? {
        guard let rung = state.stay?.forwarding?.ringing, !rung.isEmpty else { return nil }
        state.stay?.forwarding?.ringing = []
        let target = ringing.target.flatMap { rung.contains($0) ? $0 : nil } ?? rung[0]
        let isMachine = ringing.outcome == .machine && (world.targets[target]?.detectsMachines ?? false)
        if ringing.outcome == .answered || ringing.outcome == .machine && !isMachine {
            return connect(rung, to: target, ringing)
        }
        if ringing.outcome == .capped {
            for id in rung { refuse(id, .concurrency) }
            return tryNext()
        }
        for id in rung { add(id, .dialed) }
        state.stay?.forwarding?.lastPort =
            switch ringing.outcome {
            case .busy: "busy"
            case .failed: "failed"
            case .rejected: "rejected"
            case .answered, .machine, .noAnswer, .capped: "no_answer"
            }
        return tryNext()
    }

    private mutating func connect(_ rung: [UUID], to target: UUID, _ ringing: FlowRinging) -> Exit {
        for id in rung { add(id, id == target ? .connected : .dialed) }
        state.connectedTarget = target
        state.stay?.outcome = .connected
        let name = world.targets[target]?.name ?? ""
        guard ringing.endedByTarget else {
            return .over(port: "completed", .connected, "\(name) has the call for \(ringing.seconds) s")
        }
        if let least = world.campaign?.rerouteBelowSeconds, ringing.seconds < least {
            state.stay?.forwarding?.lastPort = "completed"
            return tryNext()
        }
        return .leaves("completed", "\(name) had the call for \(ringing.seconds) s and hung up")
    }
}
