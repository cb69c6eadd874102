package import struct FoundationEssentials.UUID

/// What a single call may cost a minute, and how long it may last: a row of `routing.call_limits`.
package struct CallLimitRow: Sendable {
    package var id: UUID
    package var tenantID: UUID
    /// Nil for every account of the tenant.
    package var accountID: UUID?
    /// Empty for every number.
    package var prefix: DigitPrefix
    /// Of the selling price per minute; nil for any.
    package var maximumRate: Rate?
    /// Nil as the trunk says.
    package var maximumSeconds: Int64?
    package var validity: Validity

    package init(
        id: UUID, tenantID: UUID, accountID: UUID? = nil, prefix: DigitPrefix = .everything, maximumRate: Rate? = nil,
        maximumSeconds: Int64? = nil, validity: Validity = .always
    ) {
        self.id = id
        self.tenantID = tenantID
        self.accountID = accountID
        self.prefix = prefix
        self.maximumRate = maximumRate
        self.maximumSeconds = maximumSeconds
        self.validity = validity
    }
}
