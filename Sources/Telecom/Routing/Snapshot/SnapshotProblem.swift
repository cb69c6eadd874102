package import struct FoundationEssentials.UUID

/// A row that a snapshot could not use.
package struct SnapshotProblem: Sendable, Hashable {
    /// The raw value is shown.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case accountWithoutTenant = "account_without_tenant"
        case trunkWithoutAccount = "trunk_without_account"
        case numberWithoutAccount = "number_without_account"
        case carrierTrunkWithoutTenant = "carrier_trunk_without_tenant"
        /// An address of a trunk that is not in the snapshot.
        case addressWithoutTrunk = "address_without_trunk"
        /// A trunk that is known by digest alone has addresses; they are not used.
        case addressOfDigestTrunk = "address_of_digest_trunk"
        /// Two trunks have the same address, port, transport and tech prefix; the first counts.
        case ambiguousAddress = "ambiguous_address"
        /// Two trunks have the same digest user; the first counts.
        case ambiguousDigestUser = "ambiguous_digest_user"
        /// A rate plan of an account is not in the snapshot.
        case ratePlanMissing = "rate_plan_missing"
        case emergencyRouteWithoutTrunk = "emergency_route_without_trunk"
        /// A rule for a carrier trunk that is not in the snapshot.
        case ruleWithoutTrunk = "rule_without_trunk"
        /// A translation rule that is none; the others of its trunk are used.
        case translationRuleRefused = "translation_rule_refused"
        case translationRuleWithoutTrunk = "translation_rule_without_trunk"
        case callerPoolWithoutAccount = "caller_pool_without_account"
        /// A tenant whose carriers have more decks in use than are looked into; those beyond have no price.
        case tooManyDecks = "too_many_decks"
        /// A version of a deck or plan with a row that is none: it prices nothing, as if it had no row.
        case sheetUnreadable = "sheet_unreadable"
        /// The pool of a trunk is not in the snapshot; its default number is shown.
        case callerPoolMissing = "caller_pool_missing"
    }

    package let kind: Kind
    /// The row, or what it refers to.
    package let id: UUID
    /// Where it is told.
    package let tenantID: UUID?
    /// What cannot be seen from the row alone.
    package let reason: String?

    package init(kind: Kind, id: UUID, tenantID: UUID? = nil, reason: String? = nil) {
        self.kind = kind
        self.id = id
        self.tenantID = tenantID
        self.reason = reason
    }
}

extension SnapshotProblem: CustomStringConvertible {
    /// For logs: `sheet_unreadable ID of tenant ID: version 2, row ID: outOfRange`.
    package var description: String {
        "\(kind.rawValue) \(id)" + (tenantID.map { " of tenant \($0)" } ?? "") + (reason.map { ": \($0)" } ?? "")
    }
}
