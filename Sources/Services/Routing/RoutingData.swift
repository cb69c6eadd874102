package import Foundation
package import SIP
package import Telecom

/// Everything that the router answers from, read from the database at one moment.
package struct RoutingData: Sendable {
    /// The version that the writers of routing data raise (`core.snapshot_versions`).
    package let version: Int
    package let snapshot: RoutingSnapshot
    /// The customers' digest secrets, by `user@realm`.
    package let credentials: [String: TrunkSecret]
    /// What a carrier trunk asks us for.
    package internal(set) var carrierLogins: [TenantKey: CarrierLogin] = [:]
    /// What the edge needs to place an emergency call when no router answers.
    package let emergencyPlan: EmergencyPlan
    /// For people: what accounts are called.
    package let accountNames: [TenantKey: String]
    /// The rate tables, by version.
    package internal(set) var sheets = SheetTables(nil, drafts: [:])
    /// Where numbers belong.
    package internal(set) var places: PlaceTables?
    /// Whom to ask for the porting of numbers, by tenant and in the order in which they are asked.
    package internal(set) var portingServices: [UUID: [PortingService]] = [:]
    /// How carrier trunks do, with the version of that (`core.snapshot_versions`); nil when nothing is known.
    package internal(set) var health: RouteHealth?
    var healthVersion = 0
    /// When the clock alone makes this out of date: a scheduled version of a deck or plan begins, or a day on which
    /// blocks of numbers may change hands.
    package internal(set) var nextChange: Date?

    /// The HA1s of one user of a trunk.
    package struct TrunkSecret: Sendable {
        package let md5: HA1?
        package let sha256: HA1?
    }

    /// How we log in at a carrier. The edge gets the HA1, never the password.
    package struct CarrierLogin: Sendable {
        package let user: String
        package let realm: String
        package let ha1: HA1
        /// Where the password was.
        let reference: String
    }

    /// The edge's own, last resort.
    package struct EmergencyPlan: Sendable, Hashable {
        /// Dialled strings: `911`.
        package let codes: [String]
        /// What customers may dial before a code: the tech prefixes of their trunks, and what their rules take off.
        package let techPrefixes: [String]
        /// Where customers call from, as `10.0.0.0/8`.
        package let sources: [String]
        /// In the order they are tried.
        package let routes: [EmergencyRoute]
    }

    /// A carrier trunk that the edge may use by itself.
    package struct EmergencyRoute: Sendable, Hashable {
        /// The next hop, with its transport.
        package let uri: String
        /// What the carrier wants before the code; empty for nothing.
        package let prefix: String
        package let carrierTrunkID: UUID
    }
}
