package import struct FoundationEssentials.UUID

/// How routes are put in order: a row of `routing.profiles`.
package struct RoutingProfileRow: Sendable {
    /// What decides among routes that count as equal. The raw value is that of the database.
    package enum Strategy: String, Sendable, Hashable, CaseIterable {
        case leastCost = "least_cost"
        case priority
        /// The better answer-seizure ratio first; routes that are not known well enough follow.
        case quality
        /// Each call draws the first route by weight; the others follow by weight.
        case weighted
    }

    package var id: UUID
    package var tenantID: UUID
    /// Whether accounts without a profile have this one.
    package var isDefault: Bool
    package var strategy: Strategy
    /// How much more than the cheapest a route may cost to count as equal; nil when all do.
    package var band: MarginFloor?
    package var limits: RouteQuality.Limits
    /// Poor routes are left out instead of being tried last.
    package var dropsPoor: Bool
    package var maximumRoutes: Int
    package var requiredTags: Set<String>
    package var excludedTags: Set<String>

    package init(
        id: UUID, tenantID: UUID, isDefault: Bool = false, strategy: Strategy = .leastCost, band: MarginFloor? = nil,
        limits: RouteQuality.Limits = RouteQuality.Limits(), dropsPoor: Bool = false,
        maximumRoutes: Int = Decision.maximumRoutes, requiredTags: Set<String> = [], excludedTags: Set<String> = []
    ) {
        self.id = id
        self.tenantID = tenantID
        self.isDefault = isDefault
        self.strategy = strategy
        self.band = band
        self.limits = limits
        self.dropsPoor = dropsPoor
        self.maximumRoutes = min(max(maximumRoutes, 1), Decision.maximumRoutes)
        self.requiredTags = requiredTags
        self.excludedTags = excludedTags
    }
}

/// Who has a profile: an account or a rate plan.
package struct ProfileUseRow: Sendable {
    /// Whose key `id` is.
    package enum Owner: Sendable, Hashable {
        case account, ratePlan
    }

    package var tenantID: UUID
    package var owner: Owner
    package var id: UUID
    package var profileID: UUID

    package init(tenantID: UUID, owner: Owner, id: UUID, profileID: UUID) {
        self.tenantID = tenantID
        self.owner = owner
        self.id = id
        self.profileID = profileID
    }
}

extension RoutingSnapshot {
    /// A profile as calls use it.
    final class Profile: Sendable {
        let strategy: RoutingProfileRow.Strategy
        let band: MarginFloor?
        let limits: RouteQuality.Limits
        let dropsPoor: Bool
        let maximumRoutes: Int
        /// By position of the carrier trunk in the snapshot; empty when no tag matters.
        let hasOtherTags: [Bool]
        let looksAtQuality: Bool

        init(_ row: RoutingProfileRow, carrierTrunks: [CarrierTrunk]) {
            strategy = row.strategy
            // The cost decides first in any case.
            band = row.strategy == .leastCost ? nil : row.band
            limits = row.limits
            dropsPoor = row.dropsPoor
            maximumRoutes = row.maximumRoutes
            looksAtQuality = row.strategy == .quality || !row.limits.isEmpty
            hasOtherTags =
                row.requiredTags.isEmpty && row.excludedTags.isEmpty
                ? []
                : carrierTrunks.map {
                    !row.requiredTags.isSubset(of: $0.row.tags) || !row.excludedTags.isDisjoint(with: $0.row.tags)
                }
        }
    }
}

/// Where the profiles of owners are among the rows of a snapshot.
struct ProfilePositions {
    private struct Key: Hashable {
        let tenant: UUID
        let owner: ProfileUseRow.Owner
        let id: UUID
    }

    private var uses: [Key: Int] = [:]
    private var defaults: [UUID: Int] = [:]

    init(_ input: RoutingSnapshot.Input) {
        var positions: [TenantKey: Int] = [:]
        for (position, row) in input.profiles.enumerated() {
            positions[TenantKey(row.tenantID, row.id)] = position
            if row.isDefault { defaults[row.tenantID] = position }
        }
        for row in input.profileUses {
            uses[Key(tenant: row.tenantID, owner: row.owner, id: row.id)] =
                positions[TenantKey(row.tenantID, row.profileID)]
        }
    }

    /// −1 where there is none.
    subscript(owner: ProfileUseRow.Owner, tenant: UUID, id: UUID) -> Int {
        uses.isEmpty ? -1 : uses[Key(tenant: tenant, owner: owner, id: id)] ?? -1
    }

    /// −1 where there is none.
    subscript(defaultOf tenant: UUID) -> Int { defaults[tenant] ?? -1 }
}
