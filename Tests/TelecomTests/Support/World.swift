import Telecom

import struct FoundationEssentials.UUID

/// A small operator that calls can be put through: one customer with a trunk at 192.0.2.10, three carriers and one
/// number. A test changes what it is about, then decides.
struct World {
    static let tenant = uuid(1)
    static let account = uuid(10)
    static let trunk = uuid(20)
    static let plan = uuid(40)
    /// Cheap for New York, but not for the rest of the world.
    static let carrierA = uuid(31)
    static let carrierB = uuid(32)
    /// Only for the rest of the world.
    static let carrierC = uuid(33)

    static let customerAddress = "192.0.2.10"
    static let carrierAddress = "198.51.100.1"
    static let ownNumber = "+12015550100"
    static let now: Int64 = 1_000_000

    var input = RoutingSnapshot.Input()

    init() throws {
        input.areaCodes = testAreaCodes
        input.tenants = [TenantRow(id: World.tenant)]
        input.accounts = [
            AccountRow(
                id: World.account, tenantID: World.tenant, ratePlans: [(.always, World.plan)], maximumChannels: 50,
                callsPerSecond: 8)
        ]
        input.trunks = [
            TrunkRow(
                id: World.trunk, tenantID: World.tenant, accountID: World.account, maximumChannels: 20,
                callsPerSecond: 5, maximumDurationSeconds: 7200, host: Endpoint(host: World.customerAddress))
        ]
        input.trunkACL = [
            TrunkACLRow(tenantID: World.tenant, trunkID: World.trunk, block: block(World.customerAddress))
        ]
        input.dids = [
            DIDRow(
                number: number(World.ownNumber), tenantID: World.tenant, accountID: World.account,
                trunkID: World.trunk)
        ]
        input.ratePlans = [
            RatePlanRow(
                id: World.plan, tenantID: World.tenant, holdSeconds: 600, expectedTalkSeconds: 120,
                outbound: try table([
                    row(1000, "1", "0.02", intrastate: "0.03", increments: (6, 6)), row(1001, "1876", "0.40"),
                    row(1002, "44", "0.05", increments: (60, 60), fee: "0.01"),
                    row(1003, "4487", "0", isBlocked: true),
                ]),
                inbound: try table([row(1100, "1", "0.005"), row(1101, "1800", "0.02")]))
        ]
        input.guardedPrefixes = ["870", "881"].map { prefix($0) }
        // The operator sells the world; what is not for sale is for the tests of prices.
        input.destinationRules = ["", "1876", "1809", "1900", "1500"].enumerated().map { position, text in
            DestinationRuleRow(
                id: uuid(3000 + position), tenantID: World.tenant, prefix: prefix(text), effect: .allow)
        }
        input.carrierTrunks = [
            carrier(
                World.carrierA, "A",
                try table([row(2000, "1", "0.015", intrastate: "0.03"), row(2001, "1212", "0.008")])),
            carrier(
                World.carrierB, "B",
                try table([
                    row(2100, "1", "0.010", intrastate: "0.012"), row(2101, "1876", "0.30"), row(2102, "44", "0.04"),
                ])),
            carrier(
                World.carrierC, "C", try table([row(2200, "44", "0.03"), row(2201, "4420", "0.045")])),
        ]
        input.carrierAddresses = [
            CarrierAddressRow(
                tenantID: World.tenant, carrierTrunkID: World.carrierA, block: block(World.carrierAddress))
        ]
        input.emergencyRoutes = [
            EmergencyRouteRow(tenantID: World.tenant, carrierTrunkID: World.carrierB, priority: 1),
            EmergencyRouteRow(tenantID: World.tenant, carrierTrunkID: World.carrierA, priority: 2),
        ]
    }

    private func carrier(_ id: UUID, _ name: String, _ deck: RateTable) -> CarrierTrunkRow {
        CarrierTrunkRow(
            id: id, tenantID: World.tenant, name: name, decks: [deck],
            endpoint: Endpoint(host: "203.0.113." + String(name.utf8.first ?? 0), port: 5080))
    }

    func decide(
        _ dialled: String, from source: String = World.customerAddress, caller: String = "+12125550111",
        authentication: DigestState = .none, allowsDigest: Bool = true, at now: Int64 = World.now
    ) -> Decision {
        decide(
            CallRequest(
                source: address(source), dialled: dialled, caller: PresentedCaller(fromUser: caller),
                authentication: authentication, allowsDigest: allowsDigest), at: now)
    }

    func decide(_ request: CallRequest, at now: Int64 = World.now) -> Decision {
        RoutingSnapshot(input).decide(request, at: now)
    }
}

extension Decision {
    var refusal: Refusal? { if case .refused(let refusal) = outcome { refusal } else { nil } }

    /// The names of the chosen carriers, in order.
    var chosen: String { candidates.filter { $0.outcome == .chosen }.map(\.name).joined() }

    func outcome(of name: String) -> Candidate.Outcome? { candidates.first { $0.name == name }?.outcome }
}
