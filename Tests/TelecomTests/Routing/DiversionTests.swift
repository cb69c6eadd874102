import Telecom
import Testing

/// Calls that were forwarded.
@Suite struct DiversionTests {
    private static let foreign = "+13105550111"

    private func request(
        from caller: String = foreign, by user: String?, _ reason: Diversion.Reason = .noAnswer
    ) -> CallRequest {
        CallRequest(
            source: address(World.customerAddress), dialled: "+13105550100",
            caller: PresentedCaller(fromUser: caller, diversion: user.map { Diversion(user: $0, reason: reason) }))
    }

    struct Row: CustomTestStringConvertible {
        let accepts: Bool
        var replacement: String?
        var by: String?
        /// Nil when the call is refused.
        let shown: String?
        var testDescription: String { "\(accepts) by \(by ?? "nobody") else \(replacement ?? "refused")" }
    }

    @Test(arguments: [
        Row(accepts: true, by: World.ownNumber, shown: foreign),
        Row(accepts: true, by: "12015550100", shown: foreign),
        // The trunk says that it listed this one.
        Row(accepts: true, by: "+12125550177", shown: foreign),
        Row(accepts: true, replacement: "+12015550199", by: "+12015550199", shown: foreign),
        Row(accepts: false, by: World.ownNumber, shown: nil),
        Row(accepts: true, by: "+14155550111", shown: nil),
        Row(accepts: true, by: "alice", shown: nil),
        Row(accepts: true, shown: nil),
        Row(accepts: false, replacement: "+12015550199", by: World.ownNumber, shown: "+12015550199"),
        Row(accepts: true, replacement: "+12015550199", by: "+14155550111", shown: "+12015550199"),
    ])
    func `a foreign number is shown where the account's own forwarded the call`(_ row: Row) throws {
        var world = try World()
        world.input.trunks[0].callerID = CallerIDRule(
            mode: .listed, allowed: [number("+12125550177")], replacement: row.replacement.map { number($0) },
            acceptsDiverted: row.accepts)
        let decision = world.decide(request(by: row.by))
        #expect(decision.presentedCaller?.number?.description == row.shown)
        #expect(decision.refusal == (row.shown == nil ? .callerNotAllowed : nil))
    }

    @Test func `a forwarding number of another account is foreign`() throws {
        var world = try World()
        world.input.accounts.append(AccountRow(id: uuid(11), tenantID: World.tenant))
        world.input.dids[0].accountID = uuid(11)
        world.input.trunks[0].callerID = CallerIDRule(mode: .listed, acceptsDiverted: true)
        #expect(world.decide(request(by: World.ownNumber)).refusal == .callerNotAllowed)
    }

    struct Told: CustomTestStringConvertible {
        let handling: DiversionHandling
        let by: String?
        var replacement: String?
        let line: String
        let removed: [String]
        var testDescription: String { "\(handling) \(by ?? "nobody") \(replacement ?? "")" }
    }

    private static let both = ["Diversion", "History-Info"]

    @Test(arguments: [
        Told(handling: .keep, by: World.ownNumber, line: "", removed: []),
        Told(handling: .remove, by: World.ownNumber, line: "", removed: both),
        Told(handling: .remove, by: nil, line: "", removed: both),
        Told(
            handling: .replace, by: World.ownNumber,
            line: "Diversion: <sip:+12015550100@203.0.113.66>;reason=no-answer\r\n", removed: both),
        Told(
            handling: .replace, by: "+14155550111", replacement: "+12015550199",
            line: "Diversion: <sip:+12015550199@203.0.113.66>;reason=no-answer\r\n", removed: both),
        Told(handling: .replace, by: "+14155550111", line: "", removed: both),
        Told(handling: .replace, by: "a>\r\nX-Evil: 1", line: "", removed: both),
        Told(handling: .replace, by: nil, replacement: "+12015550199", line: "", removed: both),
    ])
    func `a carrier is told as much of it as it wants`(_ row: Told) throws {
        var world = try World()
        world.input.carrierTrunks[1].diversion = row.handling
        world.input.carrierTrunks[1].headerRules = HeaderRules(added: "X-A: 1\r\n", removed: ["X-B"])
        world.input.trunks[0].callerID = CallerIDRule(replacement: row.replacement.map { number($0) })
        let route = try #require(world.decide(request(by: row.by)).routes.first)
        #expect(route.carrierTrunkID == World.carrierB)
        #expect(
            route.headers == "P-Asserted-Identity: <sip:\(Self.foreign)@203.0.113.66>\r\n" + row.line + "X-A: 1\r\n")
        #expect(route.removedHeaders == row.removed + ["X-B"])
        #expect(world.decide(request(by: row.by)).routes.last?.removedHeaders == [])
    }

    @Test func `the carrier's rules write that number too`() throws {
        var world = try World()
        world.input.carrierTrunks[1].diversion = .replace
        world.input.translations = [
            TranslationRow(
                id: uuid(1), tenantID: World.tenant, owner: .carrierTrunk(World.carrierB), subject: .caller,
                pattern: "+1.", strip: 2)
        ]
        let route = world.decide(request(by: World.ownNumber, .userBusy)).routes.first
        #expect(route?.headers.hasSuffix("Diversion: <sip:2015550100@203.0.113.66>;reason=user-busy\r\n") == true)
    }
}
