import Telecom
import Testing

@Suite struct RefusalTests {
    struct Code: CustomTestStringConvertible {
        let refusal: Refusal
        let status: Int
        var testDescription: String { refusal.reason }
    }

    @Test(arguments: [
        Code(refusal: .unknownSource, status: 403), Code(refusal: .credentialsRefused, status: 403),
        Code(refusal: .credentialsOfAnotherTrunk, status: 403), Code(refusal: .tenantSuspended, status: 403),
        Code(refusal: .accountSuspended, status: 403), Code(refusal: .trunkSuspended, status: 403),
        Code(refusal: .callerNotAllowed, status: 403), Code(refusal: .noSellRate, status: 403),
        Code(refusal: .destinationBlocked, status: 403), Code(refusal: .noBalance, status: 402),
        Code(refusal: .noBalanceAbove, status: 402),
        Code(refusal: .number(.tooShort), status: 484), Code(refusal: .number(.notANumber), status: 484),
        Code(refusal: .number(.unassignedAreaCode), status: 404), Code(refusal: .noRoute, status: 404),
        Code(refusal: .numberNotOurs, status: 404), Code(refusal: .numberNotInService, status: 404),
        Code(refusal: .numberHasNoHost, status: 404), Code(refusal: .noEmergencyRoute, status: 503),
        Code(refusal: .databaseAway, status: 503), Code(refusal: .callingSuspended, status: 403),
        Code(refusal: .internationalSuspended, status: 403), Code(refusal: .destinationSuspended, status: 403),
        Code(refusal: .destinationNotAllowed, status: 403), Code(refusal: .rateAboveMaximum, status: 403),
        Code(refusal: .spendCap, status: 403),
    ])
    func `a refusal has its code, and a 503 says when to try again`(_ row: Code) {
        #expect(row.refusal.status == row.status)
        #expect((row.refusal.retryAfterSeconds > 0) == (row.status == 503))
        #expect(row.refusal.reason.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 >= UInt8(ascii: "a") })
    }

    /// What is wrong with a call, in the order of precedence.
    enum Fault: Int, CaseIterable {
        case tenant, account, trunk, number, policy, caller, plan, rate, noRoute
    }

    struct Row: CustomTestStringConvertible {
        let from: Fault
        let refusal: Refusal
        var testDescription: String { "\(from)" }
    }

    @Test(arguments: [
        Row(from: .tenant, refusal: .tenantSuspended), Row(from: .account, refusal: .accountSuspended),
        Row(from: .trunk, refusal: .trunkSuspended), Row(from: .number, refusal: .number(.areaCodeMissing)),
        Row(from: .policy, refusal: .destinationNotAllowed), Row(from: .caller, refusal: .callerNotAllowed),
        Row(from: .plan, refusal: .noSellRate), Row(from: .rate, refusal: .rateAboveMaximum),
        Row(from: .noRoute, refusal: .noRoute),
    ])
    func `only the first fault is told`(_ row: Row) throws {
        var world = try World()
        for fault in Fault.allCases where fault.rawValue >= row.from.rawValue {
            switch fault {
            case .tenant: world.input.tenants[0].status = .suspended
            case .account: world.input.accounts[0].status = .suspended
            case .trunk: world.input.trunks[0].status = .closed
            case .number: break
            case .policy:
                world.input.destinationRules.append(
                    DestinationRuleRow(id: uuid(90), tenantID: World.tenant, prefix: prefix("1310"), effect: .block))
            case .caller: world.input.trunks[0].callerID = CallerIDRule(mode: .listed)
            case .plan: world.input.accounts[0].ratePlans = []
            case .rate:
                world.input.callLimits = [
                    CallLimitRow(id: uuid(91), tenantID: World.tenant, maximumRate: rate("0.001"))
                ]
            case .noRoute: world.input.carrierTrunks = []
            }
        }
        let dialled = row.from.rawValue <= Fault.number.rawValue ? "5550100" : "+13105550100"
        let decision = world.decide(dialled)
        #expect(decision.refusal == row.refusal)
        #expect(decision.accountID == World.account && decision.trunkID == World.trunk)
        #expect(decision.direction == .outbound)
    }

    struct Dialled: CustomTestStringConvertible {
        let text: String
        let refusal: Refusal?
        var testDescription: String { text }
    }

    @Test(arguments: [
        Dialled(text: "+13105550100", refusal: nil),
        Dialled(text: "+12225550100", refusal: .number(.unassignedAreaCode)),
        Dialled(text: "+19115550100", refusal: .number(.invalidAreaCode)),
        Dialled(text: "bob", refusal: .number(.notANumber)),
        Dialled(text: "", refusal: .number(.empty)),
        Dialled(text: "+33140000000", refusal: .noSellRate),
        Dialled(text: "+448712345678", refusal: .destinationBlocked),
        // The plan has a price for "1", but none made for these.
        Dialled(text: "+18095550100", refusal: .destinationBlocked),
        Dialled(text: "+19005550100", refusal: .destinationBlocked),
        Dialled(text: "+15005550100", refusal: .destinationBlocked),
        Dialled(text: "+18765550100", refusal: nil),
        Dialled(text: "+18005550100", refusal: nil),
    ])
    func `a number may be called or not`(_ row: Dialled) throws {
        #expect(try World().decide(row.text).refusal == row.refusal)
    }
}
