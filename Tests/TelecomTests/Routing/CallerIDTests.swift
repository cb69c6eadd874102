import Telecom
import Testing

@Suite struct CallerIDTests {
    struct Row: CustomTestStringConvertible {
        let mode: CallerIDRule.Mode
        var replacement: String?
        var trustsIdentity = true
        var from = "+12125550111"
        var asserted: String?
        var remoteParty: String?
        let number: String?
        let origin: CallerIdentity.Origin
        var testDescription: String { "\(mode) \(replacement ?? "-") \(from) \(asserted ?? "-") \(remoteParty ?? "-")" }
    }

    @Test(arguments: [
        Row(mode: .presented, number: "+12125550111", origin: .from),
        Row(mode: .presented, from: "2125550111", number: "+12125550111", origin: .from),
        Row(mode: .presented, asserted: "+13105550111", number: "+13105550111", origin: .assertedIdentity),
        Row(
            mode: .presented, asserted: "anonymous", remoteParty: "+13105550111", number: "+13105550111",
            origin: .remoteParty),
        Row(mode: .presented, trustsIdentity: false, asserted: "+13105550111", number: "+12125550111", origin: .from),
        Row(mode: .presented, from: "anonymous", number: nil, origin: .none),
        Row(mode: .presented, replacement: "+12015550100", from: "101", number: "+12015550100", origin: .replacement),
        Row(mode: .listed, from: "+12015550100", number: "+12015550100", origin: .from),
        Row(mode: .listed, replacement: "+13105550199", number: "+13105550199", origin: .replacement),
        Row(mode: .listed, replacement: "+13105550199", from: "3105550199", number: "+13105550199", origin: .from),
        Row(mode: .fixed, replacement: "+12015550100", number: "+12015550100", origin: .replacement),
        Row(mode: .fixed, number: nil, origin: .none),
    ])
    func `a trunk presents what its rule allows`(_ row: Row) throws {
        let decision = try decide(row)
        #expect(decision.presentedCaller?.number == row.number.map { number($0) })
        #expect(decision.presentedCaller?.origin == row.origin)
        #expect(decision.callerNumber == row.number.map { number($0) })
    }

    @Test func `a foreign number without a replacement is refused`() throws {
        let row = Row(mode: .listed, number: nil, origin: .none)
        #expect(try decide(row).refusal == .callerNotAllowed)
    }

    @Test func `the number of another account is foreign`() throws {
        var world = try World()
        world.input.accounts.append(AccountRow(id: uuid(11), tenantID: World.tenant))
        world.input.dids[0].accountID = uuid(11)
        world.input.trunks[0].callerID = CallerIDRule(mode: .listed)
        #expect(world.decide("+13105550100", caller: World.ownNumber).refusal == .callerNotAllowed)
    }

    @Test func `the jurisdiction follows the number that is presented`() throws {
        let row = Row(mode: .fixed, replacement: "+14155550100", number: nil, origin: .none)
        #expect(try decide(row).jurisdiction?.jurisdiction == .intrastate)
    }

    struct Header: CustomTestStringConvertible {
        let header: IdentityHeader
        let isPrivate: Bool
        var from = "+12125550111"
        let lines: String
        var testDescription: String { "\(header) \(isPrivate) \(from)" }
    }

    @Test(arguments: [
        Header(
            header: .assertedIdentity, isPrivate: false,
            lines: "P-Asserted-Identity: <sip:+12125550111@203.0.113.66>\r\n"),
        Header(
            header: .assertedIdentity, isPrivate: true,
            lines: "P-Asserted-Identity: <sip:+12125550111@203.0.113.66>\r\nPrivacy: id\r\n"),
        Header(
            header: .remoteParty, isPrivate: true,
            lines: "Remote-Party-ID: <sip:+12125550111@203.0.113.66>;party=calling;screen=yes;privacy=full\r\n"),
        Header(
            header: .remoteParty, isPrivate: false,
            lines: "Remote-Party-ID: <sip:+12125550111@203.0.113.66>;party=calling;screen=yes;privacy=off\r\n"),
        Header(header: .none, isPrivate: true, lines: "Privacy: id\r\n"),
        Header(header: .none, isPrivate: false, lines: ""),
        // What a caller writes never becomes a header.
        Header(header: .assertedIdentity, isPrivate: false, from: "a>\r\nX-Evil: 1", lines: ""),
    ])
    func `a carrier is told who calls`(_ row: Header) throws {
        var world = try World()
        world.input.carrierTrunks[1].identityHeader = row.header
        world.input.carrierTrunks[1].headerRules.added = "X-Customer: 7\r\n"
        let request = CallRequest(
            source: address(World.customerAddress), dialled: "+13105550100",
            caller: PresentedCaller(fromUser: row.from, wantsPrivacy: row.isPrivate))
        let route = world.decide(request).routes.first { $0.carrierTrunkID == World.carrierB }
        #expect(route?.headers == row.lines + "X-Customer: 7\r\n")
    }

    private func decide(_ row: Row) throws -> Decision {
        var world = try World()
        world.input.trunks[0].callerID = CallerIDRule(
            mode: row.mode, replacement: row.replacement.map { number($0) }, trustsIdentity: row.trustsIdentity)
        return world.decide(
            CallRequest(
                source: address(World.customerAddress), dialled: "+13105550100",
                caller: PresentedCaller(
                    fromUser: row.from, assertedUser: row.asserted, remotePartyUser: row.remoteParty)))
    }
}
