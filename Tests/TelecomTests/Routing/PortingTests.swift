import Telecom
import Testing

@testable import Telecom

/// A ported number: sold as it was dialled, bought by its routing number.
@Suite struct PortingTests {
    /// Of the three carriers A and B serve North America: B is the cheaper but for 212.
    private func request(_ dialled: String = "+12015550199", rn: String? = nil, npdi: String? = "") -> CallRequest {
        CallRequest(
            source: address(World.customerAddress), dialled: dialled, caller: PresentedCaller(fromUser: "+19735550111"),
            signalledPorting: SignalledPorting(npdi: npdi, routingNumber: rn))
    }

    private func ported(_ routing: String, _ source: NumberPorting.Source = .dip) throws -> NumberPorting {
        try #require(NumberPorting(routingNumber: number(routing), source))
    }

    @Test func `decks are looked up by the routing number, the plan by the number dialled`() throws {
        var world = try World()
        world.input.ratePlans[0].outbound = try table([row(1000, "1201", "0.02", intrastate: "0.05")])
        var call = request()
        let before = world.decide(call)
        #expect(before.chosen == "BA" && before.jurisdiction?.jurisdiction == .intrastate)
        call.porting = try ported("+12125550000")
        let decision = world.decide(call)
        #expect(decision.chosen == "AB")
        #expect(decision.candidates.first?.buying?.prefix.description == "1212")
        #expect(decision.charge?.prefix.description == "1201")
        #expect(decision.jurisdiction?.jurisdiction == .interstate)
        #expect(decision.candidates.first?.buying?.jurisdiction.reason == .differentStates)
        // What is dialled at the carrier is the number.
        #expect(decision.routes.first?.uri.contains("+12015550199") ?? false)
    }

    @Test(
        arguments: [
            (true, "+12125550000", ";npdi;rn=+12125550000"), (true, "not ported", ";npdi"), (true, "unknown", ""),
            (true, nil, ""), (false, "+12125550000", ""), (false, "not ported", ""),
        ] as [(Bool, String?, String)])
    func `a carrier that wants to know is told, behind the number`(
        isTold: Bool, known: String?, parameters: String
    ) throws {
        var world = try World()
        for position in world.input.carrierTrunks.indices {
            world.input.carrierTrunks[position].sendsPorting = isTold
            world.input.carrierTrunks[position].numberFormat = NumberFormat(style: .national, techPrefix: "99#")
        }
        var call = request()
        switch known {
        case nil: break
        case "not ported": call.porting = .notPorted(.cache)
        case "unknown": call.porting = .unknown(.timeout)
        case let routing?: call.porting = try ported(routing)
        }
        let route = try #require(world.decide(call).routes.first)
        #expect(route.user == "99%232015550199" && route.numberParameters == parameters)
        let end = "@" + route.endpoint.authority + (parameters.isEmpty ? "" : ";user=phone")
        #expect(route.uri == "sip:99%232015550199" + parameters + end)
    }

    @Test func `a request is believed only on a trunk whose word counts`() throws {
        var world = try World()
        let claim = request(rn: "+12125550000")
        #expect(world.decide(claim).porting == nil && world.decide(claim).chosen == "BA")
        world.input.trunks[0].trustsPorting = true
        let decision = world.decide(claim)
        #expect(decision.porting == (try ported("+12125550000", .signalled)) && decision.chosen == "AB")
        // It goes before what was looked up, also when it says that there is nothing.
        var call = request()
        call.porting = try ported("+12125550000")
        #expect(world.decide(call).porting == .notPorted(.signalled))
    }

    @Test func `the caller's routing number counts for the number that was asked, and no other`() throws {
        let world = try World()
        var call = request("+12125550199")
        call.callerPorting = (number("+19735550111"), try ported("+12125550000"))
        #expect(world.decide(call).jurisdiction?.jurisdiction == .intrastate)
        call.callerPorting = (number("+19735550112"), try ported("+12125550000"))
        #expect(world.decide(call).jurisdiction?.jurisdiction == .interstate)
    }

    @Test func `an answer in vain leaves the number dialled, and says so`() throws {
        var call = request()
        call.porting = .unknown(.timeout)
        let decision = try World().decide(call)
        #expect(decision.chosen == "BA" && decision.porting?.source == .timeout && decision.porting?.isPorted == nil)
    }

    @Test func `numbers of other countries have no routing number`() throws {
        var call = request("+442079460958")
        call.porting = try ported("+12125550000")
        #expect(try World().decide(call).porting == nil)
    }

    /// What is dialled, and whether it is worth a question.
    @Test(
        arguments: [
            ("+12125550199", true), ("+442079460958", false), ("+18005551212", false), ("+18765550100", false),
            ("911", false), ("+19005550100", false), (World.ownNumber, true),
        ] as [(String, Bool)])
    func `only places in North America are worth a question`(dialled: String, isAsked: Bool) throws {
        var world = try World()
        #expect(!world.decide(request(dialled)).needsPorting)
        world.input.portingTenants = [World.tenant]
        #expect(world.decide(request(dialled)).needsPorting == isAsked)
        world.input.trunks[0].trustsPorting = true
        #expect(!world.decide(request(dialled, rn: "+12125550000")).needsPorting)
    }

    @Test func `a call that is refused is worth no question`() throws {
        var world = try World()
        world.input.portingTenants = [World.tenant]
        world.input.accounts[0].status = .suspended
        #expect(!world.decide(request()).needsPorting)
        world.input.accounts[0].status = .active
        world.input.ratePlans[0].outbound = try table([row(1000, "44", "0.02")])
        #expect(!world.decide(request()).needsPorting)
    }
}
