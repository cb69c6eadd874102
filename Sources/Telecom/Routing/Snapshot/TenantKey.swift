package import struct FoundationEssentials.UUID

/// What names a row of a tenant: an id is unique within its tenant only, and may be chosen when the row is made.
package struct TenantKey: Sendable, Hashable {
    package let tenantID: UUID
    package let id: UUID

    package init(_ tenantID: UUID, _ id: UUID) {
        self.tenantID = tenantID
        self.id = id
    }
}
