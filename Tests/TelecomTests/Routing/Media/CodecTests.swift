import Testing

@testable import Telecom

/// Carriers that take certain codecs, and calls that offer some.
@Suite struct CodecTests {
    /// The carrier's codecs, the call's, and whether it goes there.
    @Test(
        arguments: [
            ([], CodecSet.any, true), ([], CodecSet(.pcmu), true), ([], .unnamed, true),
            (["g729"], .any, true), (["g729"], CodecSet(.g729), true), (["g729"], CodecSet(.pcmu), false),
            (["g729"], .unnamed, false), (["g729", "pcmu"], CodecSet(.pcmu), true),
            (["g729", "pcmu"], [CodecSet(.opus), CodecSet(.g729)], true),
            (["speex"], [CodecSet(.opus), CodecSet(.amr), .unnamed], false),
        ] as [([String], CodecSet, Bool)])
    func `a carrier gets what it takes`(names: [String], offer: CodecSet, isTaken: Bool) throws {
        var world = try World()
        let carrier = try #require(world.input.carrierTrunks.firstIndex { $0.name == "B" })
        world.input.carrierTrunks[carrier].codecs = CodecSet(names: names)
        var request = CallRequest(
            source: address(World.customerAddress), dialled: "+14155550199",
            caller: PresentedCaller(fromUser: "+12125550111"))
        request.codecs = offer
        let snapshot = RoutingSnapshot(world.input)
        let decision = snapshot.decide(request, at: World.now)
        #expect(decision.outcome(of: "B") == (isTaken ? .chosen : .codecNotTaken))
        #expect(decision.chosen == (isTaken ? "BA" : "A"))
        #expect(snapshot.asksCodecs == !names.isEmpty)
        let explained = snapshot.explain(
            trunkID: World.trunk, of: World.tenant, dialled: request.dialled, caller: "+12125550111", codecs: offer,
            at: World.now)
        #expect(explained?.chosen == decision.chosen)
    }

    @Test func `an emergency call goes to every carrier that takes such`() throws {
        var world = try World()
        for position in world.input.carrierTrunks.indices {
            world.input.carrierTrunks[position].codecs = CodecSet(.g729)
        }
        var request = CallRequest(
            source: address(World.customerAddress), dialled: "911", caller: PresentedCaller(fromUser: "+12125550111"))
        request.codecs = CodecSet(.pcmu)
        #expect(world.decide(request).chosen == "BA")
        request.dialled = "+14155550199"
        #expect(world.decide(request).refusal == .noRoute)
    }

    @Test func `every codec has a bit of its own`() {
        let sets = Codec.allCases.map { CodecSet($0) }
        #expect(Set(sets).count == Codec.allCases.count && Codec.allCases.count < 32)
        #expect(sets.allSatisfy { $0.isDisjoint(with: .unnamed) && !$0.isDisjoint(with: .any) })
    }
}
