import Telecom
import Testing

/// Rules on the way of a call.
@Suite struct TranslatedCallTests {
    private func rule(
        _ pattern: String, strip: Int = 0, _ prepend: String = "", replacement: String? = nil,
        subject: TranslationRow.Subject = .called, of owner: TranslationRow.Owner = .trunk(World.trunk),
        position: Int = 1
    ) -> TranslationRow {
        TranslationRow(
            id: uuid(900 + position), tenantID: World.tenant, owner: owner, subject: subject, position: position,
            pattern: pattern, strip: strip, prepend: prepend, replacement: replacement)
    }

    @Test func `what a trunk dials is rewritten before the dialling plan reads it`() throws {
        var world = try World()
        world.input.translations = [rule("9.", strip: 1)]
        let decision = world.decide("9 (310) 555-0100")
        #expect(decision.outcome == .routed && decision.called == number("+13105550100"))
        #expect(decision.translatedCalled?.description == "3105550100")
        #expect(world.decide("3105550100").translatedCalled == nil)
        #expect(world.decide("9alice").refusal == .number(.notANumber))
        #expect(world.decide("9310*").refusal == .number(.featureCode))
    }

    @Test func `it is what is behind the tech prefix`() throws {
        var world = try World()
        world.input.trunkACL[0].techPrefix = "7001"
        world.input.translations = [rule("9.", strip: 1)]
        #expect(world.decide("700193105550100").called == number("+13105550100"))
    }

    @Test func `the caller's number is rewritten wherever it is presented`() throws {
        var world = try World()
        world.input.trunks[0].callerID = CallerIDRule(mode: .listed)
        world.input.translations = [rule("1XX", replacement: World.ownNumber, subject: .caller)]
        let decision = world.decide("+13105550100", caller: "101")
        #expect(decision.callerNumber == number(World.ownNumber))
        #expect(decision.translatedCaller?.description == World.ownNumber)
        #expect(decision.presentedCaller?.origin == .from)
        let asserted = CallRequest(
            source: address(World.customerAddress), dialled: "+13105550100",
            caller: PresentedCaller(fromUser: "x", assertedUser: "150"))
        #expect(world.decide(asserted).presentedCaller?.origin == .assertedIdentity)
        // Rules rewrite; what may be shown is decided after them.
        #expect(world.decide("+13105550100", caller: "+12125550111").refusal == .callerNotAllowed)
    }

    @Test func `a caller's number that rules spoil is read as it came`() throws {
        var world = try World()
        world.input.translations = [
            rule(".", "00#", subject: .caller), rule("+.", replacement: "*", subject: .caller, position: 2),
        ]
        let decision = world.decide("+13105550100")
        #expect(decision.callerNumber == number("+12125550111") && decision.translatedCaller == nil)
    }

    struct Emergency: CustomTestStringConvertible {
        let dialled: String
        let rule: TranslationRow
        let code: String
        var testDescription: String { "\(dialled) by \(rule.pattern)" }
    }

    private static func called(
        _ pattern: String, strip: Int = 0, _ prepend: String = "", replacement: String? = nil
    ) -> TranslationRow {
        TranslationRow(
            id: uuid(900), tenantID: World.tenant, owner: .trunk(World.trunk), pattern: pattern, strip: strip,
            prepend: prepend, replacement: replacement)
    }

    @Test(arguments: [
        Emergency(dialled: "911", rule: called("9.", strip: 1), code: "911"),
        Emergency(dialled: "911", rule: called("911", replacement: "+13105550100"), code: "911"),
        Emergency(dialled: "+911", rule: called("+.", strip: 1, "1310555"), code: "911"),
        Emergency(dialled: "9911", rule: called("9.", strip: 1), code: "911"),
        Emergency(dialled: "9-112", rule: called("9.", strip: 1), code: "112"),
        Emergency(dialled: "*1", rule: called("*1", replacement: "911"), code: "911"),
        Emergency(dialled: "00911", rule: called("00.", strip: 2, "+"), code: "911"),
    ])
    func `no rule hides an emergency code, and what becomes one is one`(_ row: Emergency) throws {
        var world = try World()
        world.input.translations = [row.rule]
        world.input.trunks[0].status = .suspended
        for authentication in [TrunkAuthentication.address, .addressAndDigest] {
            world.input.trunks[0].authentication = authentication
            let decision = world.decide(row.dialled)
            #expect(decision.direction == .emergency && decision.outcome == .routed)
            #expect(decision.routes.map(\.user) == [row.code, row.code])
        }
        let asked = RoutingSnapshot(world.input).explain(
            trunkID: World.trunk, of: World.tenant, dialled: row.dialled, caller: "+12125550111", at: World.now)
        #expect(asked?.direction == .emergency)
    }

    @Test func `behind a tech prefix too`() throws {
        var world = try World()
        world.input.trunkACL[0].techPrefix = "7"
        world.input.translations = [rule("9.", strip: 1)]
        #expect(world.decide("79911").routes.first?.user == "911")
        #expect(world.decide("911").routes.first?.user == "911")
    }

    @Test func `a carrier gets numbers as its rules write them`() throws {
        var world = try World()
        let carrier = TranslationRow.Owner.carrierTrunk(World.carrierB)
        world.input.carrierTrunks[1].numberFormat = NumberFormat(style: .digits, techPrefix: "99#")
        world.input.translations = [
            rule("1NXXNXXXXXX", strip: 1, of: carrier), rule("44.", strip: 2, "*0", of: carrier, position: 2),
            rule("+1NXXNXXXXXX", strip: 2, subject: .caller, of: carrier),
        ]
        let home = world.decide("+13105550100")
        #expect(home.routes.map(\.user) == ["99%233105550100", "+13105550100"])
        #expect(home.routes.map(\.fromUser) == ["2125550111", nil])
        #expect(home.routes[0].headers == "P-Asserted-Identity: <sip:2125550111@203.0.113.66>\r\n")
        #expect(home.routes[1].headers == "P-Asserted-Identity: <sip:+12125550111@203.0.113.65>\r\n")
        // Prices are looked up by the number itself.
        #expect(home.called == number("+13105550100") && home.translatedCalled == nil)
        #expect(world.decide("+442079460958").routes.first?.user == "99%23*02079460958")
    }

    @Test func `an emergency code and who calls it go to carriers as they are`() throws {
        var world = try World()
        let carrier = TranslationRow.Owner.carrierTrunk(World.carrierB)
        world.input.translations = [
            rule(".", "1", of: carrier), rule("+1.", strip: 2, subject: .caller, of: carrier),
            rule("1XX", "+1212555", subject: .caller),
        ]
        let decision = world.decide("911", caller: "1100")
        #expect(decision.routes.first?.user == "911" && decision.routes.first?.fromUser == nil)
        let extensionCall = world.decide("911", caller: "100")
        #expect(extensionCall.presentedCaller?.number == nil)
        world.input.translations[2].prepend = "+12125550"
        #expect(world.decide("911", caller: "100").presentedCaller?.number == number("+12125550100"))
        #expect(
            world.decide("911", caller: "100").routes.first?.headers
                == "P-Asserted-Identity: <sip:+12125550100@203.0.113.66>\r\n")
    }

    @Test func `rules have their times`() throws {
        var world = try World()
        world.input.translations = [rule("9.", strip: 1)]
        world.input.translations[0].validity = Validity(fromMicroseconds: 500)
        #expect(world.decide("93105550100", at: 499).refusal != nil)
        #expect(world.decide("93105550100", at: 500).outcome == .routed)
    }

    @Test func `a rule that is none, or of nobody, is reported and stops no call`() throws {
        var world = try World()
        world.input.translations = [
            rule("9[", strip: 1), rule("9.", strip: 1, of: .trunk(uuid(77)), position: 2),
            rule("9.", strip: 1, position: 3),
        ]
        let snapshot = RoutingSnapshot(world.input)
        #expect(Set(snapshot.problems.map(\.kind)) == [.translationRuleRefused, .translationRuleWithoutTrunk])
        #expect(Set(snapshot.problems.map(\.id)) == [uuid(901), uuid(902)])
        #expect(world.decide("93105550100").outcome == .routed)
    }
}
