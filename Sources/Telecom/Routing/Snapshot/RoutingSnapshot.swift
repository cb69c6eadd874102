import struct FoundationEssentials.UUID

/// Everything that calls are routed by, at one moment. It never changes: a new one replaces it as a whole, and a call
/// that began with the old one ends with it.
///
/// What refers to each other is kept by position in arrays, so that a decision compares and copies integers.
package final class RoutingSnapshot: Sendable {
    struct Tenant: Sendable {
        let row: TenantRow
        let dialPlan: DialPlan
        /// Positions in `carrierTrunks`.
        var carrierTrunks: [Int] = []
        /// The decks of these, one trunk after the other.
        var outboundDecks: [RateTable] = []
        /// In order of priority.
        var emergencyRoutes: [EmergencyRoute] = []
    }

    struct EmergencyRoute: Sendable {
        let carrierTrunk: Int
        let country: PlaceCode?
    }

    // These are classes, because a call looks at them, and a copy of a row with its texts costs more than the look.

    final class Account: Sendable {
        let row: AccountRow
        let tenant: Int
        let dialPlan: DialPlan
        let ratePlans: [(validity: Validity, plan: Int)]

        init(row: AccountRow, tenant: Int, dialPlan: DialPlan, ratePlans: [(validity: Validity, plan: Int)]) {
            self.row = row
            self.tenant = tenant
            self.dialPlan = dialPlan
            self.ratePlans = ratePlans
        }
    }

    final class RatePlan: Sendable {
        let row: RatePlanRow

        init(row: RatePlanRow) { self.row = row }
    }

    final class Trunk: Sendable {
        let row: TrunkRow
        let account: Int
        let dialPlan: DialPlan

        init(row: TrunkRow, account: Int, dialPlan: DialPlan) {
            self.row = row
            self.account = account
            self.dialPlan = dialPlan
        }
    }

    final class CarrierTrunk: Sendable {
        let row: CarrierTrunkRow
        let tenant: Int
        let rerouteCodes: [Int]
        /// What keeps every call away from it.
        let obstacle: Candidate.Outcome?

        init(row: CarrierTrunkRow, tenant: Int) {
            self.row = row
            self.tenant = tenant
            rerouteCodes = Failover.rerouteCodes(for: row.failover)
            if row.carrierStatus != .active {
                obstacle = .carrierSuspended
            } else if row.status != .active {
                obstacle = .trunkSuspended
            } else {
                obstacle = row.carriesOutbound ? nil : .notOutbound
            }
        }
    }

    struct DID: Sendable {
        let row: DIDRow
        let tenant: Int
        let account: Int
        let trunk: Int?
    }

    struct CustomerSource: Sendable {
        let trunk: Int
        let row: TrunkACLRow
    }

    struct CarrierSource: Sendable {
        let carrierTrunk: Int
        let port: Int?
    }

    let tenants: [Tenant]
    let accounts: [Account]
    let ratePlans: [RatePlan]
    let trunks: [Trunk]
    let carrierTrunks: [CarrierTrunk]
    let dids: [E164: DID]
    let digestUsers: [String: Int]
    let customerSources: AddressTable<CustomerSource>
    let carrierSources: AddressTable<CarrierSource>
    let areaCodes: AreaCodeTable
    let emergencyCodes: EmergencyCodes

    /// Rows that were left out, and why.
    package let problems: [SnapshotProblem]

    /// Resolves all references between the rows. A row that refers to nothing is left out and reported: one damaged row
    /// must not keep every call from being routed.
    package init(_ input: Input) {
        var build = Build(input)
        build.resolve(input)
        tenants = build.tenants
        accounts = build.accounts
        ratePlans = build.ratePlans
        trunks = build.trunks
        carrierTrunks = build.carrierTrunks
        dids = build.dids
        digestUsers = build.digestUsers
        customerSources = AddressTable(build.customerSources)
        carrierSources = AddressTable(build.carrierSources)
        areaCodes = input.areaCodes
        emergencyCodes = EmergencyCodes(input.emergencyCodes)
        problems = build.problems
    }

    /// The rows that a snapshot is made of, in any order.
    package struct Input: Sendable {
        package var tenants: [TenantRow] = []
        package var accounts: [AccountRow] = []
        package var ratePlans: [RatePlanRow] = []
        package var trunks: [TrunkRow] = []
        package var trunkACL: [TrunkACLRow] = []
        package var dids: [DIDRow] = []
        package var carrierTrunks: [CarrierTrunkRow] = []
        package var carrierAddresses: [CarrierAddressRow] = []
        package var emergencyRoutes: [EmergencyRouteRow] = []
        package var emergencyCodes: [EmergencyCodeRow] = EmergencyCodes.builtIn
        package var areaCodes = AreaCodeTable.empty

        package init() {}
    }
}
