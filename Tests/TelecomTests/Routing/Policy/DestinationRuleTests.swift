import Telecom
import Testing

@Suite struct DestinationRuleTests {
    /// Rules of the account (`own`) and of the operator, as "+prefix" to allow, "-prefix" to block, "!prefix" to
    /// suspend and "!abroad".
    private func world(own: [String] = [], general: [String] = []) throws -> World {
        var world = try World()
        world.input.destinationRules = []
        for (rules, account) in [(own, World.account), (general, nil)] {
            for text in rules {
                let effect: DestinationRuleRow.Effect =
                    switch text.first {
                    case "+": .allow
                    case "-": .block
                    default: text == "!abroad" ? .suspendInternational : .suspend
                    }
                world.input.destinationRules.append(
                    DestinationRuleRow(
                        id: uuid(3000 + world.input.destinationRules.count), tenantID: World.tenant,
                        accountID: account, prefix: prefix(text == "!abroad" ? "" : String(text.dropFirst())),
                        effect: effect))
            }
        }
        return world
    }

    /// Refusals of the policy; what the plan or the carriers make of a call is none of its business.
    private func refusal(_ world: World, _ called: String, at now: Int64 = World.now) -> Refusal? {
        let refusal = world.decide(called, at: now).refusal
        switch refusal {
        case .callingSuspended, .internationalSuspended, .destinationSuspended, .destinationNotAllowed:
            return refusal
        default: return nil
        }
    }

    struct Row: CustomTestStringConvertible {
        var own: [String] = []
        var general: [String] = []
        let to: String
        var refusal: Refusal?
        var testDescription: String { "\(own) \(general) \(to)" }
    }

    @Test(arguments: [
        // The default: ordinary and toll-free numbers of the US and Canada.
        Row(to: "+13105550100"), Row(to: "+16045550100"), Row(to: "+17875550100"), Row(to: "+18005550100"),
        Row(to: "+18765550100", refusal: .destinationNotAllowed),
        Row(to: "+18095550100", refusal: .destinationNotAllowed),
        Row(to: "+19005550100", refusal: .destinationNotAllowed),
        Row(to: "+12129765550", refusal: .destinationNotAllowed),
        Row(to: "+15005550100", refusal: .destinationNotAllowed),
        Row(to: "+17005550100", refusal: .destinationNotAllowed),
        Row(to: "+442079460958", refusal: .destinationNotAllowed),
        Row(to: "+881612345678", refusal: .destinationNotAllowed),
        Row(to: "+870773123456", refusal: .destinationNotAllowed),
    ])
    func `without a rule the US and Canada may be called, and nothing else`(_ row: Row) throws {
        #expect(try refusal(world(), row.to) == row.refusal)
    }

    @Test(arguments: [
        Row(general: ["+"], to: "+442079460958"), Row(own: ["+44"], to: "+442079460958"),
        Row(own: ["+44"], to: "+33140000000", refusal: .destinationNotAllowed),
        // What is guarded needs a rule made for it.
        Row(own: ["+"], general: ["+1"], to: "+18765550100", refusal: .destinationNotAllowed),
        Row(own: ["+1876"], to: "+18765550100"),
        Row(own: ["+", "+88"], to: "+881612345678", refusal: .destinationNotAllowed),
        Row(own: ["+881"], to: "+881612345678"),
        Row(own: ["+1", "+1212"], to: "+12129765550", refusal: .destinationNotAllowed),
        Row(own: ["+1212976"], to: "+12129765550"),
        Row(own: ["+1900"], to: "+19005550100"),
        // The account before the operator, then the longer prefix, then the one that blocks.
        Row(own: ["+44"], general: ["-4420"], to: "+442079460958"),
        Row(own: ["-"], general: ["+44"], to: "+442079460958", refusal: .destinationNotAllowed),
        Row(own: ["-44", "+4420"], to: "+442079460958"),
        Row(own: ["+44", "-4420"], to: "+442079460958", refusal: .destinationNotAllowed),
        Row(general: ["+44", "-44"], to: "+442079460958", refusal: .destinationNotAllowed),
        Row(general: ["-1310"], to: "+13105550100", refusal: .destinationNotAllowed),
        Row(general: ["-1310"], to: "+12125550100"),
        // A rule that opens too little lets a longer one of the operator decide.
        Row(own: ["+"], general: ["+881"], to: "+881612345678"),
    ])
    func `the most specific rule decides`(_ row: Row) throws {
        #expect(try refusal(world(own: row.own, general: row.general), row.to) == row.refusal)
    }

    @Test(arguments: [
        Row(own: ["!", "+1310"], to: "+13105550100", refusal: .callingSuspended),
        Row(own: ["!44", "+4420"], to: "+442079460958", refusal: .destinationSuspended),
        Row(own: ["!44", "+"], to: "+33140000000"),
        Row(own: ["+44"], general: ["!44"], to: "+442079460958", refusal: .destinationSuspended),
        Row(own: ["!abroad", "+44"], to: "+442079460958", refusal: .internationalSuspended),
        Row(own: ["!abroad", "+1876"], to: "+18765550100", refusal: .internationalSuspended),
        Row(own: ["!abroad"], to: "+13105550100"),
        Row(own: ["!44", "!abroad"], general: ["!"], to: "+442079460958", refusal: .callingSuspended),
        Row(own: ["!44"], general: ["!abroad"], to: "+442079460958", refusal: .internationalSuspended),
    ])
    func `a suspension stops what else is allowed`(_ row: Row) throws {
        #expect(try refusal(world(own: row.own, general: row.general), row.to) == row.refusal)
    }

    @Test func `a guarded prefix at home is closed until a rule for it opens it`() throws {
        var world = try world(general: ["+1310"])
        world.input.guardedPrefixes = [prefix("1310555")]
        #expect(refusal(world, "+13105550100") == .destinationNotAllowed)
        #expect(refusal(world, "+13102000100") == nil)
        world.input.destinationRules[0].prefix = prefix("1310555")
        #expect(refusal(world, "+13105550100") == nil)
    }

    @Test func `an emergency call passes every suspension`() throws {
        #expect(try world(own: ["!"]).decide("911").outcome == .routed)
    }

    @Test func `of the rows of a prefix the one that began last counts, while it holds`() throws {
        var world = try world(general: ["+44"])
        world.input.destinationRules.append(
            DestinationRuleRow(
                id: uuid(3100), tenantID: World.tenant, prefix: prefix("44"), effect: .block,
                validity: Validity(fromMicroseconds: 100, untilMicroseconds: 200)))
        let denied = Refusal.destinationNotAllowed
        for (now, expected) in [(99, nil), (100, denied), (199, denied), (200, nil)] {
            #expect(refusal(world, "+442079460958", at: Int64(now)) == expected, "at \(now)")
        }
    }

    @Test func `the rule that refused is told, and the default has none`() throws {
        let named = try world(own: ["-44"]).decide("+442079460958")
        #expect(named.refusal == .destinationNotAllowed && named.refusingRuleID == uuid(3000))
        #expect(try world().decide("+442079460958").refusingRuleID == nil)
        #expect(try world(general: ["!"]).decide("+13105550100").refusingRuleID == uuid(3000))
    }

    @Test func `rules of another tenant or account are not looked at`() throws {
        var world = try world()
        for (tenant, account) in [(uuid(2), World.account), (World.tenant, uuid(11))] {
            world.input.destinationRules.append(
                DestinationRuleRow(id: uuid(3200), tenantID: tenant, accountID: account, effect: .suspend))
        }
        #expect(refusal(world, "+13105550100") == nil)
    }
}
