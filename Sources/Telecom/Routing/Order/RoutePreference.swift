/// What an operator prefers for one call beside the price, and what keeps carrier trunks from it.
struct RoutePreference {
    private let profile: RoutingSnapshot.Profile?
    private let rules: RouteRules.Matches
    private let health: RouteHealth?
    private let draw: CallDraw
    private let qualityKey: RouteQuality.Key
    private let talkSeconds: Int64
    private let now: Int64

    /// - Returns: `nil` when nothing but the price counts and no trunk is unwell: the way of most calls.
    init?(
        _ call: OutboundCall, _ rules: RouteRules?, profile: RoutingSnapshot.Profile?, health: RouteHealth?
    ) {
        guard profile != nil || rules != nil || health != nil else { return nil }
        self.profile = profile
        self.health = health
        self.rules = rules?.matches(call.called, of: call.account.row.id, at: call.now) ?? RouteRules.Matches()
        draw = CallDraw(call.called, at: call.now)
        qualityKey = RouteQuality.Key(call.called, call.sold.jurisdiction)
        talkSeconds = call.plan.row.expectedTalkSeconds
        now = call.now
    }

    var maximumRoutes: Int { profile?.maximumRoutes ?? Decision.maximumRoutes }

    /// What keeps the call away from a trunk by its tags or by a rule.
    func choice(_ carrierTrunk: Int) -> Candidate.Outcome? {
        if let profile, !profile.hasOtherTags.isEmpty, profile.hasOtherTags[carrierTrunk] { return .otherTags }
        return rules.obstacle(carrierTrunk)
    }

    /// What keeps the call away from a trunk for the moment.
    func ailment(_ carrierTrunk: Int) -> Candidate.Outcome? { health?.obstacle(carrierTrunk, at: now, draw) }

    /// Whether a route that would do is left out as poor.
    func drops(_ considered: Considered) -> Bool {
        guard let profile, profile.dropsPoor else { return false }
        return isPoor(considered, profile)
    }

    /// Puts the routes that will do in order.
    /// - Parameter isBefore: what decides when nothing is preferred: cost, priority, weight, position.
    func sort(
        _ able: inout [Considered], _ trunks: [RoutingSnapshot.CarrierTrunk],
        isBefore: (Considered, Considered) -> Bool
    ) {
        guard let cheapest = able.map(\.cost).min() else { return }
        let most = profile?.band.map { cheapest + width(of: $0, cheapest) }
        var entries = able.map { entry($0, trunks, atMost: most) }
        if profile?.strategy == .weighted { drawFirst(&entries, trunks) }
        entries.sort { left, right in
            left.key == right.key ? isBefore(left.considered, right.considered) : left.key < right.key
        }
        able = entries.map(\.considered)
    }

    private struct Entry {
        let considered: Considered
        var key: Key
    }

    /// What is compared before the cost, the lower first.
    private struct Key: Comparable {
        /// Forced before others, poor after others, what counts as equal before what is dearer.
        let rank: Int
        /// Of what is dearer than the band.
        let cost: Int64
        var preference: Int64

        static let inDraw = 4

        static func < (left: Key, right: Key) -> Bool {
            (left.rank, left.cost, left.preference) < (right.rank, right.cost, right.preference)
        }
    }

    private func entry(_ considered: Considered, _ trunks: [RoutingSnapshot.CarrierTrunk], atMost: Int64?) -> Entry {
        let isEqual = atMost.map { considered.cost <= $0 } ?? true
        let isForced = rules.first.contains(considered.carrierTrunk)
        let isPoor = profile.map { self.isPoor(considered, $0) } ?? false
        let rank = (isForced ? 0 : 4) + (isPoor ? 2 : 0) + (isEqual ? 0 : 1)
        return Entry(
            considered: considered,
            key: Key(
                rank: rank, cost: isEqual ? 0 : considered.cost,
                preference: preference(considered, trunks[Int(considered.carrierTrunk)].row)))
    }

    private func preference(_ considered: Considered, _ trunk: CarrierTrunkRow) -> Int64 {
        switch profile?.strategy {
        case nil, .leastCost: 0
        case .priority: Int64(trunk.priority)
        case .quality: quality(considered).map { -Int64($0.answerRatioLow) } ?? 1
        case .weighted: -Int64(trunk.weight)
        }
    }

    /// One of the equals, by weight, goes first: so the shares are those of the weights.
    private func drawFirst(_ entries: inout [Entry], _ trunks: [RoutingSnapshot.CarrierTrunk]) {
        func weight(_ entry: Entry) -> Int64 { Int64(trunks[Int(entry.considered.carrierTrunk)].row.weight) }
        let total = entries.reduce(into: Int64(0)) { if $1.key.rank == Key.inDraw { $0 += weight($1) } }
        guard total > 0 else { return }
        var left = draw.part(of: total)
        // The entries still are in the order of the trunks.
        for position in entries.indices where entries[position].key.rank == Key.inDraw {
            left -= weight(entries[position])
            if left < 0 {
                entries[position].key.preference = .min
                return
            }
        }
    }

    private func width(of band: MarginFloor, _ cheapest: Int64) -> Int64 {
        band.amount(price: Money(units: cheapest), talkSeconds: talkSeconds).units
    }

    private func isPoor(_ considered: Considered, _ profile: RoutingSnapshot.Profile) -> Bool {
        guard !profile.limits.isEmpty else { return false }
        return quality(considered)?.isPoor(by: profile.limits) ?? false
    }

    private func quality(_ considered: Considered) -> RouteQuality? {
        health?.quality(of: Int(considered.carrierTrunk), qualityKey)
    }
}
