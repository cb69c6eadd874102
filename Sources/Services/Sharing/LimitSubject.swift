package import Foundation

/// A limit that edges share: how many calls at once, or new ones a second, of whom.
package struct LimitSubject: Sendable, Hashable {
    /// The raw value is `routing.limit_kind`.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case accountChannels = "account_channels"
        case accountCallsPerSecond = "account_cps"
        case trunkChannels = "trunk_channels"
        case trunkCallsPerSecond = "trunk_cps"
        case carrierChannels = "carrier_channels"
        case carrierCallsPerSecond = "carrier_cps"

        /// Whether it counts new calls, of which none stays in use.
        package var isRate: Bool {
            switch self {
            case .accountCallsPerSecond, .trunkCallsPerSecond, .carrierCallsPerSecond: true
            case .accountChannels, .trunkChannels, .carrierChannels: false
            }
        }

        /// What the edge puts before the id of the account or trunk.
        fileprivate var prefix: String {
            switch self {
            case .accountChannels: "account:"
            case .accountCallsPerSecond: "cps:account:"
            case .trunkChannels: "trunk:"
            case .trunkCallsPerSecond: "cps:trunk:"
            case .carrierChannels: "carrier:"
            case .carrierCallsPerSecond: "cps:carrier:"
            }
        }
    }

    package let tenantID: UUID
    package let kind: Kind
    /// The account, the trunk or the carrier trunk.
    package let id: UUID

    package init(tenantID: UUID, kind: Kind, id: UUID) {
        self.tenantID = tenantID
        self.kind = kind
        self.id = id
    }

    /// What the edge calls it: `account:0198c0de-…`, for calls per second `cps:account:0198c0de-…`.
    package var key: String { kind.prefix + id.text }
}
