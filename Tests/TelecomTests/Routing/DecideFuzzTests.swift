import Telecom
import TestSupport
import Testing

@Suite struct DecideFuzzTests {
    /// Whatever comes in is answered, and the parts of the answer agree with each other.
    @Test func `no call stops the program`() throws {
        var world = try World()
        world.input.trunkACL.append(
            TrunkACLRow(tenantID: World.tenant, trunkID: World.trunk, block: block("192.0.2.0/24"), techPrefix: "9"))
        world.input.carrierAddresses.append(
            CarrierAddressRow(tenantID: World.tenant, carrierTrunkID: World.carrierB, block: block("192.0.2.0/24")))
        let snapshot = RoutingSnapshot(world.input)
        var generator = SeededGenerator(seed: 8)
        var routedCount = 0
        for _ in 0..<20_000 {
            let decision = snapshot.decide(randomRequest(&generator), at: World.now)
            let isRouted = decision.outcome == .routed
            routedCount += isRouted ? 1 : 0
            #expect(decision.routes.isEmpty != isRouted)
            #expect(!isRouted || decision.accountID == World.account)
            #expect(decision.refusal.map { (400...699).contains($0.status) } ?? true)
            if let charge = decision.charge, isRouted {
                #expect(charge.wantedHold >= charge.minimumHold)
                #expect(decision.maximumDuration(within: charge.minimumHold) ?? 0 >= 1)
            }
        }
        // Otherwise the test would look at refusals only.
        #expect(routedCount > 500)
    }

    private func randomRequest(_ generator: inout SeededGenerator) -> CallRequest {
        let sources = ["192.0.2.10", "192.0.2.99", "198.51.100.1", "203.0.113.1", "2001:db8::1"]
        let users = ["+12125550111", "anonymous", "", "12015550100", "٣", "+1<>\r\n"]
        let states: [DigestState] = [.none, .stale, .wrong, .exhausted, .verified(user: "pbx")]
        return CallRequest(
            source: address(sources.randomElement(using: &generator) ?? "::"),
            sourcePort: Int.random(in: 0...65_535, using: &generator), dialled: randomDialled(&generator),
            caller: PresentedCaller(
                fromUser: users.randomElement(using: &generator) ?? "",
                assertedUser: users.randomElement(using: &generator)),
            authentication: states.randomElement(using: &generator) ?? .none,
            allowsDigest: Bool.random(using: &generator))
    }

    private func randomDialled(_ generator: inout SeededGenerator) -> String {
        let starts = ["", "+1310", "1212", "+44", "011", "9", "911", "1201555010", "+1876", "9+1310"]
        let alphabet = Array("0123456789012345678901234567890123456789+-;#٣")
        let length = Bool.random(using: &generator) ? 7 : Int.random(in: 0...12, using: &generator)
        let rest = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "0" }
        return (starts.randomElement(using: &generator) ?? "") + String(rest)
    }
}
