import struct FoundationEssentials.UUID

extension RoutingSnapshot {
    /// Turns ids into positions, in the order of dependence.
    struct Build {
        var tenants: [Tenant] = []
        var accounts: [Account] = []
        var ratePlans: [RatePlan]
        var trunks: [Trunk] = []
        var carrierTrunks: [CarrierTrunk] = []
        var dids: [E164: DID] = [:]
        var digestUsers: [String: Int] = [:]
        var customerSources: [(block: AddressBlock, entry: CustomerSource)] = []
        var carrierSources: [(block: AddressBlock, entry: CarrierSource)] = []
        var currencies: Currencies
        var problems: [SnapshotProblem]

        private let profiles: ProfilePositions
        private var tenantPositions: [UUID: Int] = [:]
        private var accountPositions: [TenantKey: Int] = [:]
        private var ratePlanPositions: [TenantKey: Int] = [:]
        private var trunkPositions: [TenantKey: Int] = [:]
        private var carrierTrunkPositions: [TenantKey: Int] = [:]
        private var translations = TranslationBuild()
        private var callerPools = CallerPoolBuild()
        private var policies = CallPolicyBuild()

        init(_ input: Input) {
            let profiles = ProfilePositions(input)
            var currencies = Currencies()
            ratePlans = input.ratePlans.map { row in
                RatePlan(
                    row: row, profile: profiles[.ratePlan, row.tenantID, row.id],
                    currency: currencies.number(of: row.currency))
            }
            self.currencies = currencies
            problems = input.problems
            self.profiles = profiles
            for (position, plan) in input.ratePlans.enumerated() {
                ratePlanPositions[TenantKey(plan.tenantID, plan.id)] = position
            }
            for row in input.tenants {
                tenantPositions[row.id] = tenants.count
                tenants.append(Tenant(row: row, dialPlan: DialPlan(country: row.country)))
                tenants[tenants.count - 1].profile = profiles[defaultOf: row.id]
            }
        }

        mutating func resolve(_ input: Input) {
            policies = CallPolicyBuild(input.destinationRules, input.callLimits)
            for row in input.accounts { add(row) }
            translations = TranslationBuild(input.translations)
            callerPools = CallerPoolBuild(input.callerPools, areaCodes: input.areaCodes) { row in
                accountPositions[TenantKey(row.tenantID, row.accountID)] != nil
            }
            for row in input.trunks { add(row) }
            for row in input.carrierTrunks { add(row) }
            for row in input.dids { add(row) }
            for row in input.emergencyRoutes.sorted(by: { $0.priority < $1.priority }) { add(row) }
            add(input.routeRules)
            for row in input.carrierAddresses { add(row) }
            for row in input.trunkACL.sorted(by: Build.isMoreSpecific) { add(row) }
            reportAmbiguousAddresses()
            problems += translations.problems + callerPools.problems
        }

        mutating func markets(_ indexes: DeckIndexes) -> [Market] {
            var markets: [Market] = []
            for tenant in tenants {
                let market = Market(tenant, carrierTrunks, indexes, &currencies)
                if market.index.decks.count == DeckIndex.maximumDecks { report(.tooManyDecks, tenant.row.id) }
                markets.append(market)
            }
            return markets
        }

        private mutating func report(_ kind: SnapshotProblem.Kind, _ id: UUID) {
            problems.append(SnapshotProblem(kind: kind, id: id))
        }

        private mutating func add(_ row: AccountRow) {
            guard let tenant = tenantPositions[row.tenantID] else { return report(.accountWithoutTenant, row.id) }
            var plans: [(validity: Validity, plan: Int)] = []
            for (validity, id) in row.ratePlans {
                if let plan = ratePlanPositions[TenantKey(row.tenantID, id)] {
                    plans.append((validity, plan))
                } else {
                    report(.ratePlanMissing, id)
                }
            }
            accountPositions[TenantKey(row.tenantID, row.id)] = accounts.count
            let dialPlan = row.country.map { DialPlan(country: $0) } ?? tenants[tenant].dialPlan
            accounts.append(
                Account(
                    row: row, tenant: tenant, dialPlan: dialPlan, ratePlans: plans,
                    policy: policies.policy(of: row.id, row.tenantID),
                    profile: profiles[.account, row.tenantID, row.id]))
        }

        private mutating func add(_ row: TrunkRow) {
            guard let account = accountPositions[TenantKey(row.tenantID, row.accountID)] else {
                return report(.trunkWithoutAccount, row.id)
            }
            for user in row.digestUsers {
                if digestUsers[user] == nil {
                    digestUsers[user] = trunks.count
                } else {
                    report(.ambiguousDigestUser, row.id)
                }
            }
            trunkPositions[TenantKey(row.tenantID, row.id)] = trunks.count
            let dialPlan = row.country.map { DialPlan(country: $0) } ?? accounts[account].dialPlan
            trunks.append(
                Trunk(
                    row: row, account: account, dialPlan: dialPlan,
                    translation: translations.take(.trunk(row.id), of: row.tenantID),
                    callerPool: callerPools.pool(of: row)))
        }

        private mutating func add(_ row: CarrierTrunkRow) {
            guard let tenant = tenantPositions[row.tenantID] else { return report(.carrierTrunkWithoutTenant, row.id) }
            carrierTrunkPositions[TenantKey(row.tenantID, row.id)] = carrierTrunks.count
            tenants[tenant].carrierTrunks.append(carrierTrunks.count)
            let translation = translations.take(.carrierTrunk(row.id), of: row.tenantID)
            carrierTrunks.append(CarrierTrunk(row: row, tenant: tenant, translation: translation))
        }

        private mutating func add(_ row: DIDRow) {
            guard let account = accountPositions[TenantKey(row.tenantID, row.accountID)] else {
                return report(.numberWithoutAccount, row.accountID)
            }
            let trunk = row.trunkID.flatMap { trunkPositions[TenantKey(row.tenantID, $0)] }
            dids[row.number] = DID(row: row, tenant: accounts[account].tenant, account: account, trunk: trunk)
        }

        private mutating func add(_ row: EmergencyRouteRow) {
            guard let trunk = carrierTrunkPositions[TenantKey(row.tenantID, row.carrierTrunkID)] else {
                return report(.emergencyRouteWithoutTrunk, row.carrierTrunkID)
            }
            tenants[carrierTrunks[trunk].tenant].emergencyRoutes.append(
                EmergencyRoute(carrierTrunk: trunk, country: row.country))
        }

        /// The rules of each tenant, which are kept together.
        private mutating func add(_ rows: [RouteRuleRow]) {
            var byTenant: [Int: [(row: RouteRuleRow, carrierTrunk: Int)]] = [:]
            for row in rows {
                guard let trunk = carrierTrunkPositions[TenantKey(row.tenantID, row.carrierTrunkID)] else {
                    report(.ruleWithoutTrunk, row.carrierTrunkID)
                    continue
                }
                byTenant[carrierTrunks[trunk].tenant, default: []].append((row, trunk))
            }
            for (tenant, rows) in byTenant { tenants[tenant].rules = RouteRules(rows) }
        }

        private mutating func add(_ row: CarrierAddressRow) {
            guard let trunk = carrierTrunkPositions[TenantKey(row.tenantID, row.carrierTrunkID)] else {
                return report(.addressWithoutTrunk, row.carrierTrunkID)
            }
            carrierSources.append((row.block, CarrierSource(carrierTrunk: trunk, port: row.port)))
        }

        private mutating func add(_ row: TrunkACLRow) {
            guard let trunk = trunkPositions[TenantKey(row.tenantID, row.trunkID)] else {
                return report(.addressWithoutTrunk, row.trunkID)
            }
            guard trunks[trunk].row.authentication != .digest else {
                return report(.addressOfDigestTrunk, row.trunkID)
            }
            customerSources.append((row.block, CustomerSource(trunk: trunk, row: row)))
        }

        /// Within one block: what names a port, then what names a transport, then the longer tech prefix goes first.
        private static func isMoreSpecific(_ left: TrunkACLRow, _ right: TrunkACLRow) -> Bool {
            if (left.port != nil) != (right.port != nil) { return left.port != nil }
            if (left.transport != nil) != (right.transport != nil) { return left.transport != nil }
            return left.techPrefix.utf8.count > right.techPrefix.utf8.count
        }

        private struct SourceKey: Hashable {
            let block: AddressBlock
            let port: Int?
            let transport: Endpoint.Transport?
            let techPrefix: String
        }

        private mutating func reportAmbiguousAddresses() {
            var owners: [SourceKey: Int] = [:]
            for (block, source) in customerSources {
                let key = SourceKey(
                    block: block, port: source.row.port, transport: source.row.transport,
                    techPrefix: source.row.techPrefix)
                if let owner = owners[key], owner != source.trunk {
                    report(.ambiguousAddress, source.row.trunkID)
                } else {
                    owners[key] = source.trunk
                }
            }
        }
    }
}
