package import struct FoundationEssentials.UUID

/// How the next target is chosen. The raw value is that of the database.
package enum FlowStrategy: String, Sendable, Hashable, CaseIterable {
    /// The lowest priority first; equals share by weight.
    case priorityWeight = "priority_weight"
    /// The one that waited longest.
    case roundRobin = "round_robin"
    /// All ring, the first to answer has it.
    case simultaneous
    /// All are asked, the best bid has it.
    case highestBid = "highest_bid"
    /// The one whose calls brought most.
    case predictive
}

/// A place in the order of a group or plan.
package struct FlowRank: Sendable, Hashable {
    package let priority: Int
    package let weight: Int
    package let isActive: Bool

    package init(priority: Int = 1, weight: Int = 100, isActive: Bool = true) {
        self.priority = priority
        self.weight = weight
        self.isActive = isActive
    }
}

/// Targets that take one place in a plan, as in `tracking.target_groups`.
package struct FlowGroup: Sendable, Hashable {
    /// A target in it.
    package struct Member: Sendable, Hashable {
        package let target: UUID
        package let rank: FlowRank

        package init(_ target: UUID, _ rank: FlowRank = FlowRank()) {
            self.target = target
            self.rank = rank
        }
    }

    package var id: UUID
    package var name: String
    package var isActive = true
    package var schedule: UUID?
    package var strategy = FlowStrategy.priorityWeight
    /// A best bid that is lower is none.
    package var minimumRevenue = Money.zero
    /// Whether the next best bid has the call when the best does not answer.
    package var isWaterfall = false
    package var members: [Member] = []

    package init(id: UUID, name: String) {
        self.id = id
        self.name = name
    }
}

/// What calls are sent in for, as in `tracking.campaigns`.
package struct FlowCampaign: Sendable, Hashable {
    /// Where a caller goes who was connected before.
    package enum Returning: String, Sendable, Hashable, CaseIterable {
        case normal, original
        case strictOriginal = "strict_original"
        case different
    }

    /// A place in its plan: a target or a group.
    package struct Route: Sendable, Hashable {
        package let target: UUID?
        package let group: UUID?
        package let rank: FlowRank
        package let filters: [FlowComparison]

        package init(
            target: UUID? = nil, group: UUID? = nil, _ rank: FlowRank = FlowRank(), filters: [FlowComparison] = []
        ) {
            self.target = target
            self.group = group
            self.rank = rank
            self.filters = filters
        }
    }

    package var id: UUID
    package var name: String
    package var strategy = FlowStrategy.priorityWeight
    package var returning = Returning.normal
    /// A target that hangs up sooner loses the call to the next one; nil never.
    package var rerouteBelowSeconds: Int?
    /// To how many targets a call is sent on at most.
    package var maximumReroutes = 5
    package var records = false
    package var routes: [Route] = []

    package init(id: UUID, name: String) {
        self.id = id
        self.name = name
    }
}
