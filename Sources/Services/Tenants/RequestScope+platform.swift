import Foundation

extension RequestScope {
    /// What permits to make, hold and close operators; the model gives it to staff of the platform only.
    package static let tenantsPermission = "tenants:write"

    /// Whether whoever asks is staff of the platform: of the tenant of traffic that is nobody's, at home.
    package var isPlatform: Bool { tenant == CallRecord.unattributedTenant && account == nil }
}
