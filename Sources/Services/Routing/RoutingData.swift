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
    /// What a carrier trunk asks us for, by its id.
    package let carrierLogins: [UUID: CarrierLogin]
    /// What the edge needs to place an emergency call when no router answers.
    package let emergencyPlan: EmergencyPlan
    package let names: Names

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
    }

    /// The edge's own, last resort.
    package struct EmergencyPlan: Sendable, Hashable {
        /// Dialled strings: `911`.
        package let codes: [String]
        /// Where customers call from, as `10.0.0.0/8`.
        package let sources: [String]
        /// In the order they are tried.
        package let routes: [EmergencyRoute]
    }

    /// A carrier trunk that the edge may use by itself.
    package struct EmergencyRoute: Sendable, Hashable {
        package let uri: String
        package let carrierTrunkID: UUID
    }

    /// For people: what ids are called.
    package struct Names: Sendable {
        package let tenants: [UUID: String]
        package let accounts: [UUID: String]
        package let trunks: [UUID: String]
    }
}
