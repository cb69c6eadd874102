import Telecom
import Testing

@Suite struct IdentifyTests {
    static let called = "+13105550100"

    @Test func `a stranger is refused, or challenged where digest is allowed`() throws {
        let world = try World()
        let refused = world.decide(Self.called, from: "203.0.113.99", allowsDigest: false)
        #expect(refused.refusal == .unknownSource)
        #expect(refused.tenantID == nil && refused.direction == .unknown)
        #expect(world.decide(Self.called, from: "203.0.113.99").outcome == .challenge(stale: false))
    }

    struct Digest: CustomTestStringConvertible {
        let mode: TrunkAuthentication
        let isKnownAddress: Bool
        let state: DigestState
        var allowsDigest = true
        let outcome: Decision.Outcome
        var testDescription: String { "\(mode) \(isKnownAddress ? "known" : "unknown") \(state) \(allowsDigest)" }
    }

    @Test(arguments: [
        Digest(mode: .address, isKnownAddress: true, state: .none, outcome: .routed),
        Digest(mode: .address, isKnownAddress: true, state: .exhausted, outcome: .routed),
        Digest(
            mode: .address, isKnownAddress: false, state: .verified(user: "pbx"), outcome: .refused(.credentialsRefused)
        ),
        Digest(mode: .digest, isKnownAddress: false, state: .none, outcome: .challenge(stale: false)),
        Digest(mode: .digest, isKnownAddress: false, state: .stale, outcome: .challenge(stale: true)),
        Digest(mode: .digest, isKnownAddress: false, state: .wrong, outcome: .challenge(stale: false)),
        Digest(mode: .digest, isKnownAddress: false, state: .exhausted, outcome: .refused(.credentialsRefused)),
        Digest(mode: .digest, isKnownAddress: false, state: .verified(user: "pbx"), outcome: .routed),
        Digest(
            mode: .digest, isKnownAddress: false, state: .verified(user: "eve"),
            outcome: .refused(.credentialsRefused)),
        Digest(
            mode: .digest, isKnownAddress: false, state: .verified(user: "pbx"), allowsDigest: false,
            outcome: .refused(.unknownSource)),
        // The addresses of a trunk that is known by digest alone do not count.
        Digest(mode: .digest, isKnownAddress: true, state: .none, outcome: .challenge(stale: false)),
        Digest(mode: .addressAndDigest, isKnownAddress: true, state: .none, outcome: .challenge(stale: false)),
        Digest(mode: .addressAndDigest, isKnownAddress: true, state: .stale, outcome: .challenge(stale: true)),
        Digest(mode: .addressAndDigest, isKnownAddress: true, state: .verified(user: "pbx"), outcome: .routed),
        Digest(
            mode: .addressAndDigest, isKnownAddress: true, state: .verified(user: "eve"),
            outcome: .refused(.credentialsOfAnotherTrunk)),
        Digest(
            mode: .addressAndDigest, isKnownAddress: true, state: .none, allowsDigest: false,
            outcome: .refused(.credentialsRefused)),
        Digest(
            mode: .addressAndDigest, isKnownAddress: false, state: .verified(user: "pbx"),
            outcome: .refused(.unknownSource)),
    ])
    func `address and digest`(_ row: Digest) throws {
        var world = try World()
        world.input.trunks[0].authentication = row.mode
        world.input.trunks[0].digestUsers = ["pbx"]
        let source = row.isKnownAddress ? World.customerAddress : "203.0.113.99"
        let decision = world.decide(
            Self.called, from: source, authentication: row.state, allowsDigest: row.allowsDigest)
        #expect(decision.outcome == row.outcome)
    }

    struct Match: CustomTestStringConvertible {
        let source: String
        var port = 5060
        var transport = Endpoint.Transport.udp
        var dialled = IdentifyTests.called
        let trunk: Int?
        var testDescription: String { "\(source):\(port) \(transport) \(dialled)" }
    }

    @Test(arguments: [
        Match(source: "10.1.2.3", trunk: 23), Match(source: "10.1.9.9", trunk: 22),
        Match(source: "10.9.9.9", trunk: 21),
        Match(source: "11.0.0.1", trunk: nil), Match(source: "10.1.2.3", port: 5070, trunk: 24),
        Match(source: "10.1.2.3", transport: .tcp, trunk: 25),
        Match(source: "10.1.2.3", dialled: "77#13105550100", trunk: 26),
        // The tech prefix of a shorter block does not count where a longer block matches.
        Match(source: "10.1.2.3", dialled: "88#13105550100", trunk: 23),
        Match(source: "2001:db8::5", trunk: 28), Match(source: "::ffff:10.9.9.9", trunk: 21),
    ])
    func `the longest block, then port, transport and tech prefix`(_ row: Match) throws {
        var world = try World()
        let addresses = [
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(21), block: block("10.0.0.0/8")),
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(27), block: block("10.0.0.0/8"), techPrefix: "88#"),
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(22), block: block("10.1.0.0/16")),
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(23), block: block("10.1.2.3")),
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(26), block: block("10.1.2.3"), techPrefix: "77#"),
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(24), block: block("10.1.2.3"), port: 5070),
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(25), block: block("10.1.2.3"), transport: .tcp),
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(28), block: block("2001:db8::/64")),
        ]
        world.input.trunkACL = addresses
        world.input.trunks = (21...28).map {
            TrunkRow(id: uuid($0), tenantID: World.tenant, accountID: World.account)
        }
        let decision = world.decide(
            CallRequest(
                source: address(row.source), sourcePort: row.port, transport: row.transport, dialled: row.dialled,
                caller: PresentedCaller(fromUser: "+12125550111"), allowsDigest: false))
        #expect(decision.trunkID == row.trunk.map { uuid($0) })
        if row.dialled == "77#13105550100" { #expect(decision.called == number(Self.called)) }
    }

    @Test func `an address of carrier and customer is decided by the called number`() throws {
        var world = try World()
        world.input.carrierAddresses.append(
            CarrierAddressRow(
                tenantID: World.tenant, carrierTrunkID: World.carrierB, block: block(World.customerAddress)))
        #expect(world.decide(World.ownNumber).direction == .inbound)
        #expect(world.decide(Self.called).direction == .outbound)
        #expect(world.decide("911").direction == .emergency)
    }

    @Test func `two tenants with one carrier each get their own numbers`() throws {
        var world = try World()
        let (tenant, account) = (uuid(2), uuid(11))
        world.input.tenants.append(TenantRow(id: tenant))
        world.input.accounts.append(AccountRow(id: account, tenantID: tenant))
        var trunk = world.input.carrierTrunks[0]
        trunk.id = uuid(39)
        trunk.tenantID = tenant
        world.input.carrierTrunks.append(trunk)
        world.input.carrierAddresses.append(
            CarrierAddressRow(tenantID: tenant, carrierTrunkID: uuid(39), block: block(World.carrierAddress)))
        world.input.dids.append(
            DIDRow(number: number("+12015550199"), tenantID: tenant, accountID: account, trunkID: nil))
        let decision = world.decide("+12015550199", from: World.carrierAddress)
        #expect(decision.tenantID == tenant && decision.originCarrierTrunkID == uuid(39))
        #expect(world.decide(World.ownNumber, from: World.carrierAddress).tenantID == World.tenant)
    }

    @Test func `damaged rows are reported and the rest works`() throws {
        var world = try World()
        world.input.accounts.append(AccountRow(id: uuid(90), tenantID: uuid(99)))
        world.input.trunks.append(TrunkRow(id: uuid(91), tenantID: World.tenant, accountID: uuid(99)))
        // A trunk cannot be of another tenant than its account.
        world.input.trunks.append(TrunkRow(id: uuid(92), tenantID: uuid(99), accountID: World.account))
        world.input.trunkACL.append(TrunkACLRow(tenantID: World.tenant, trunkID: uuid(91), block: block("10.0.0.1")))
        world.input.accounts[0].ratePlans.insert((.always, uuid(98)), at: 0)
        let snapshot = RoutingSnapshot(world.input)
        let kinds = Set(snapshot.problems.map(\.kind))
        #expect(kinds == [.accountWithoutTenant, .trunkWithoutAccount, .addressWithoutTrunk, .ratePlanMissing])
        #expect(world.decide(Self.called).outcome == .routed)
    }

    @Test func `two trunks at one address are reported, and the first counts`() throws {
        var world = try World()
        world.input.trunks.append(TrunkRow(id: uuid(29), tenantID: World.tenant, accountID: World.account))
        world.input.trunkACL.append(
            TrunkACLRow(tenantID: World.tenant, trunkID: uuid(29), block: block(World.customerAddress)))
        #expect(RoutingSnapshot(world.input).problems.map(\.kind) == [.ambiguousAddress])
        #expect(world.decide(Self.called).trunkID == World.trunk)
    }
}
