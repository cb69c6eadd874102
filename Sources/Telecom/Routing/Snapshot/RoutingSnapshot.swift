package import struct FoundationEssentials.UUID

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
        /// In order of priority.
        var emergencyRoutes: [EmergencyRoute] = []
        /// Nil when it has none.
        var rules: RouteRules?
        /// Of accounts without one of their own: position in `profiles`, or −1.
        var profile = -1
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
        /// Nil where only the default holds.
        let policy: CallPolicy?
        /// Position in `profiles`, or −1.
        let profile: Int

        init(
            row: AccountRow, tenant: Int, dialPlan: DialPlan, ratePlans: [(validity: Validity, plan: Int)],
            policy: CallPolicy?, profile: Int
        ) {
            self.profile = profile
            self.row = row
            self.tenant = tenant
            self.dialPlan = dialPlan
            self.ratePlans = ratePlans
            self.policy = policy
        }
    }

    final class RatePlan: Sendable {
        let row: RatePlanRow
        /// Position in `profiles`, or −1.
        let profile: Int
        /// Of all currencies of the snapshot: that of a deck has the same number when it is the same.
        let currency: Int32
        /// Whether it says more than its rows of any call, or includes seconds.
        let hasExtras: Bool

        init(row: RatePlanRow, profile: Int, currency: Int32) {
            self.row = row
            hasExtras = row.outboundExtras != nil || row.inboundExtras != nil || row.bundles != nil
            self.profile = profile
            self.currency = currency
        }
    }

    final class Trunk: Sendable {
        let row: TrunkRow
        let account: Int
        let dialPlan: DialPlan
        let translation: Translation
        let callerPool: CallerPool?

        init(row: TrunkRow, account: Int, dialPlan: DialPlan, translation: Translation, callerPool: CallerPool?) {
            self.row = row
            self.account = account
            self.dialPlan = dialPlan
            self.translation = translation
            self.callerPool = callerPool
        }
    }

    final class CarrierTrunk: Sendable {
        let row: CarrierTrunkRow
        let tenant: Int
        let rerouteCodes: [Int]
        let translation: Translation
        /// What keeps every call away from it.
        let obstacle: Candidate.Outcome?
        let takesAnyCaller: Bool

        init(row: CarrierTrunkRow, tenant: Int, translation: Translation) {
            self.translation = translation
            self.row = row
            self.tenant = tenant
            rerouteCodes = Failover.rerouteCodes(for: row.failover)
            takesAnyCaller = row.callers == CallerRequirement()
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

    final class CustomerSource: Sendable {
        let trunk: Int
        let row: TrunkACLRow

        init(trunk: Int, row: TrunkACLRow) {
            self.trunk = trunk
            self.row = row
        }
    }

    struct CarrierSource: Sendable {
        let carrierTrunk: Int
        let port: Int?
    }

    let tenants: [Tenant]
    /// By position of the tenant.
    let markets: [Market]
    /// Over the decks as they will be soon, for the snapshot of that time to take.
    let comingIndexes: [DeckIndex]
    let accounts: [Account]
    let ratePlans: [RatePlan]
    let profiles: [Profile]
    let trunks: [Trunk]
    let carrierTrunks: [CarrierTrunk]
    let dids: [E164: DID]
    let digestUsers: [String: Int]
    let customerSources: AddressTable<CustomerSource>
    let carrierSources: AddressTable<CarrierSource>
    let places: NumberPlaces
    /// Operators that have a service to ask for the porting of numbers, and whether there is any.
    let portingTenants: Set<UUID>
    let asksPorting: Bool
    /// Whether any carrier trunk takes certain codecs alone.
    package let asksCodecs: Bool
    let emergencyCodes: EmergencyCodes
    let guardedPrefixes: GuardedPrefixes

    var areaCodes: AreaCodeTable { places.areaCodes }

    /// How much memory the indexes over the tenants' decks take.
    package var indexByteCount: Int {
        (markets.map(\.index) + comingIndexes).reduce(0) { $0 + $1.byteCount }
    }

    /// Rows that were left out, and why.
    package let problems: [SnapshotProblem]

    /// Resolves all references between the rows. A row that refers to nothing is left out and reported: one damaged row
    /// must not keep every call from being routed.
    /// - Parameter previous: what is as it was there and takes long to build is kept.
    package init(_ input: Input, keeping previous: RoutingSnapshot? = nil) {
        var build = Build(input)
        build.resolve(input)
        tenants = build.tenants
        let indexes = DeckIndexes(keeping: previous.map { $0.markets.map(\.index) + $0.comingIndexes } ?? [])
        markets = build.markets(indexes)
        comingIndexes = build.comingIndexes(input.deckChanges, indexes)
        accounts = build.accounts
        ratePlans = build.ratePlans
        profiles = input.profiles.map { Profile($0, carrierTrunks: build.carrierTrunks) }
        trunks = build.trunks
        carrierTrunks = build.carrierTrunks
        dids = build.dids
        digestUsers = build.digestUsers
        customerSources = AddressTable(build.customerSources)
        carrierSources = AddressTable(build.carrierSources)
        places = NumberPlaces(areaCodes: input.areaCodes, blocks: input.blocks, localAreas: input.localAreas)
        portingTenants = input.portingTenants
        asksPorting = !input.portingTenants.isEmpty
        asksCodecs = build.carrierTrunks.contains { $0.row.codecs != .any }
        emergencyCodes = EmergencyCodes(input.emergencyCodes)
        guardedPrefixes = GuardedPrefixes(input.guardedPrefixes, areaCodes: input.areaCodes)
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
        package var deckChanges: [DeckChange] = []
        package var carrierAddresses: [CarrierAddressRow] = []
        package var emergencyRoutes: [EmergencyRouteRow] = []
        package var profiles: [RoutingProfileRow] = []
        package var profileUses: [ProfileUseRow] = []
        package var routeRules: [RouteRuleRow] = []
        package var emergencyCodes: [EmergencyCodeRow] = EmergencyCodes.builtIn
        package var translations: [TranslationRow] = []
        package var callerPools: [CallerPoolRow] = []
        package var destinationRules: [DestinationRuleRow] = []
        package var callLimits: [CallLimitRow] = []
        /// What fraud prefers, as in `ref.high_risk_destinations`: closed unless a rule for it opens it.
        package var guardedPrefixes: [DigitPrefix] = []
        package var areaCodes = AreaCodeTable.empty
        package var blocks = BlockTable.empty
        package var localAreas = LocalCallingAreas.empty
        package var portingTenants: Set<UUID> = []
        /// What was wrong before the rows came here.
        package var problems: [SnapshotProblem] = []

        package init() {}
    }
}
