package import struct FoundationEssentials.UUID

/// Numbers of an account that calls may be shown to come from, as in `routing.caller_id_pools`.
package struct CallerPoolRow: Sendable {
    /// How a number is picked; see `CallerPool`. The raw value is that of the database.
    package enum Rotation: String, Sendable, Hashable, CaseIterable {
        case roundRobin = "round_robin"
        case leastUsed = "least_used"
        case weighted, random
        case localPresence = "local_presence"
        case sticky
    }

    /// A number that may be picked.
    package struct Member: Sendable, Hashable {
        package var number: E164
        package var weight: Int

        package init(_ number: E164, weight: Int = 100) {
            self.number = number
            self.weight = weight
        }
    }

    package var id: UUID
    package var tenantID: UUID
    package var accountID: UUID
    package var rotation: Rotation
    package var members: [Member]
    /// What is shown when none can be picked.
    package var fallback: E164?
    /// Whether trunks of the account that name no pool show its numbers.
    package var isDefault: Bool

    package init(
        id: UUID, tenantID: UUID, accountID: UUID, rotation: Rotation = .roundRobin, members: [Member] = [],
        fallback: E164? = nil, isDefault: Bool = false
    ) {
        self.id = id
        self.tenantID = tenantID
        self.accountID = accountID
        self.rotation = rotation
        self.members = members
        self.fallback = fallback
        self.isDefault = isDefault
    }
}
