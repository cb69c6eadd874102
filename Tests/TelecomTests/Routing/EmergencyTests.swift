import Telecom
import Testing

@Suite struct EmergencyTests {
    struct Row: CustomTestStringConvertible {
        let dialled: String
        let purpose: EmergencyCodeRow.Purpose
        var testDescription: String { dialled }
    }

    @Test(arguments: [
        Row(dialled: "911", purpose: .emergency), Row(dialled: "112", purpose: .emergency),
        Row(dialled: "933", purpose: .test), Row(dialled: "988", purpose: .crisis),
        Row(dialled: "711", purpose: .relay),
    ])
    func `a code takes the emergency routes in order, for nothing`(_ row: Row) throws {
        let decision = try World().decide(row.dialled)
        #expect(decision.outcome == .routed && decision.direction == .emergency)
        #expect(decision.emergency == row.purpose)
        #expect(decision.routes.map(\.carrierTrunkID) == [World.carrierB, World.carrierA])
        #expect(decision.routes[0].uri == "sip:\(row.dialled)@203.0.113.66:5080")
        #expect(decision.charge == nil)
        #expect(decision.maximumDuration(within: .zero) == 86_400)
        #expect(decision.limits.accountChannels == 0 && decision.limits.trunkCallsPerSecond == 0)
    }

    @Test func `nothing that stops other calls stops this one`() throws {
        var world = try World()
        world.input.tenants[0].status = .suspended
        world.input.accounts[0].status = .closed
        world.input.accounts[0].ratePlans = []
        world.input.trunks[0].status = .suspended
        world.input.trunks[0].authentication = .addressAndDigest
        world.input.trunks[0].callerID = CallerIDRule(mode: .listed)
        world.input.accounts[0].partitionIDs = [uuid(70)]
        let decision = world.decide("911", caller: "+12125550111")
        #expect(decision.outcome == .routed)
        #expect(decision.presentedCaller?.number == number("+12125550111"))
        #expect(decision.accountID == World.account)
    }

    @Test func `a stranger and a carrier are no customers`() throws {
        let world = try World()
        #expect(world.decide("911", from: "203.0.113.99", allowsDigest: false).refusal == .unknownSource)
        #expect(world.decide("911", from: "203.0.113.99").outcome == .challenge(stale: false))
        #expect(world.decide("911", from: World.carrierAddress).refusal == .numberNotOurs)
    }

    @Test func `a trunk known by digest calls after it has shown who it is`() throws {
        var world = try World()
        world.input.trunks[0].authentication = .digest
        world.input.trunks[0].digestUsers = ["pbx"]
        world.input.trunks[0].status = .suspended
        let decision = world.decide("911", from: "203.0.113.99", authentication: .verified(user: "pbx"))
        #expect(decision.direction == .emergency && decision.outcome == .routed)
    }

    @Test(arguments: ["911", "9911", "+911"])
    func `with a tech prefix and without it`(_ dialled: String) throws {
        var world = try World()
        world.input.trunkACL[0].techPrefix = "9"
        let decision = world.decide(dialled)
        #expect(decision.direction == .emergency)
        #expect(decision.routes.first?.user == "911")
    }

    @Test func `a suspended route is the last resort, another country's is none`() throws {
        var world = try World()
        world.input.carrierTrunks[1].carrierStatus = .suspended
        #expect(world.decide("911").routes.map(\.carrierTrunkID) == [World.carrierA, World.carrierB])
        world.input.emergencyRoutes[1].country = .canada
        let decision = world.decide("911")
        #expect(decision.routes.map(\.carrierTrunkID) == [World.carrierB])
        #expect(decision.outcome(of: "A") == .otherCountry)
        world.input.emergencyRoutes = []
        #expect(world.decide("911").refusal == .noEmergencyRoute)
    }

    @Test func `the caller can be called back`() throws {
        var world = try World()
        world.input.trunks[0].callerID = CallerIDRule(mode: .presented, replacement: number(World.ownNumber))
        let request = CallRequest(
            source: address(World.customerAddress), dialled: "911",
            caller: PresentedCaller(fromUser: "anonymous", wantsPrivacy: true))
        let decision = world.decide(request)
        #expect(decision.presentedCaller?.number == number(World.ownNumber))
        #expect(decision.presentedCaller?.isPrivate == false)
        #expect(decision.routes[0].headers == "P-Asserted-Identity: <sip:+12015550100@203.0.113.66>\r\n")
    }
}
