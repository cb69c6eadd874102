import Telecom
import Testing

@Suite struct InboundTests {
    @Test func `a carrier's call goes to the customer's trunk at the inbound price`() throws {
        let decision = try World().decide("12015550100", from: World.carrierAddress)
        #expect(decision.outcome == .routed && decision.direction == .inbound)
        #expect(decision.accountID == World.account && decision.trunkID == World.trunk)
        #expect(decision.originCarrierTrunkID == World.carrierA)
        #expect(decision.charge?.rateID == uuid(1100))
        #expect(decision.jurisdiction?.jurisdiction == .interstate)
        #expect(decision.presentedCaller == nil)
        let route = try #require(decision.routes.first)
        #expect(decision.routes.count == 1)
        #expect(route.customerTrunkID == World.trunk && route.carrierTrunkID == nil && route.buyRateID == nil)
        #expect(route.uri == "sip:+12015550100@192.0.2.10:5060")
        #expect(decision.maximumDuration(within: money("0.05")) == 599)
    }

    @Test func `a price of zero is a price`() throws {
        var world = try World()
        world.input.ratePlans[0].inbound = try table([row(1, "", "0")])
        let decision = world.decide(World.ownNumber, from: World.carrierAddress)
        #expect(decision.outcome == .routed)
        #expect(decision.charge?.needsHold == false)
    }

    struct Refused: CustomTestStringConvertible {
        let refusal: Refusal
        let change: @Sendable (inout World) throws -> Void
        var testDescription: String { refusal.reason }
    }

    @Test(arguments: [
        Refused(refusal: .tenantSuspended) { $0.input.tenants[0].status = .suspended },
        Refused(refusal: .accountSuspended) { $0.input.accounts[0].status = .suspended },
        Refused(refusal: .numberNotInService) { $0.input.dids[0].status = .closed },
        Refused(refusal: .numberHasNoHost) { $0.input.dids[0].trunkID = nil },
        Refused(refusal: .numberHasNoHost) { $0.input.trunks[0].host = nil },
        Refused(refusal: .trunkSuspended) { $0.input.trunks[0].status = .suspended },
        Refused(refusal: .noSellRate) { $0.input.ratePlans[0].inbound = nil },
        Refused(refusal: .noSellRate) { $0.input.ratePlans[0].inbound = try table([row(1, "44", "0")]) },
        Refused(refusal: .destinationBlocked) {
            $0.input.ratePlans[0].inbound = try table([row(1, "1", "0", isBlocked: true)])
        },
        Refused(refusal: .numberNotOurs) { $0.input.dids = [] },
    ])
    func `a call to a number is refused for a reason`(_ row: Refused) throws {
        var world = try World()
        try row.change(&world)
        let decision = world.decide(World.ownNumber, from: World.carrierAddress)
        #expect(decision.refusal == row.refusal)
        #expect(decision.tenantID == World.tenant && decision.direction == .inbound)
    }

    @Test func `nobody relays calls through a carrier's address`() throws {
        #expect(try World().decide("+13105550100", from: World.carrierAddress).refusal == .numberNotOurs)
        #expect(try World().decide("bob", from: World.carrierAddress).refusal == .numberNotOurs)
    }
}
