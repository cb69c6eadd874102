package import struct FoundationEssentials.UUID

/// Where an account may call, or not, for a time: a row of `routing.destination_rules`.
package struct DestinationRuleRow: Sendable {
    /// The raw value is that of the database.
    package enum Effect: String, Sendable, Hashable, CaseIterable {
        case allow, block
        /// No call to the prefix, whatever else allows it.
        case suspend
        /// No call but to ordinary and toll-free numbers of the US and Canada.
        case suspendInternational = "suspend_international"
    }

    package var id: UUID
    package var tenantID: UUID
    /// Nil for every account of the tenant.
    package var accountID: UUID?
    /// Empty for every number.
    package var prefix: DigitPrefix
    package var effect: Effect
    package var validity: Validity

    package init(
        id: UUID, tenantID: UUID, accountID: UUID? = nil, prefix: DigitPrefix = .everything, effect: Effect,
        validity: Validity = .always
    ) {
        self.id = id
        self.tenantID = tenantID
        self.accountID = accountID
        self.prefix = prefix
        self.effect = effect
        self.validity = validity
    }
}
