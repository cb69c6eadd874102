import Telecom
import Testing

/// Calls of trunks that show numbers of a pool.
@Suite struct PooledCallTests {
    private static let pooled = "+13105550177"

    private func world(_ rule: CallerIDRule, of trunk: Bool = true) throws -> World {
        var world = try World()
        world.input.callerPools = [
            CallerPoolRow(
                id: uuid(60), tenantID: World.tenant, accountID: World.account, rotation: .localPresence,
                members: [CallerPoolRow.Member(number(Self.pooled))], isDefault: !trunk)
        ]
        world.input.trunks[0].callerID = rule
        world.input.trunks[0].callerPoolID = trunk ? uuid(60) : nil
        return world
    }

    struct Row: CustomTestStringConvertible {
        let mode: CallerIDRule.Mode
        var from = "+12125550111"
        var dialled = "+13105550100"
        let shown: String?
        let origin: CallerIdentity.Origin
        var testDescription: String { "\(mode) \(from) \(dialled)" }
    }

    @Test(arguments: [
        Row(mode: .fixed, shown: pooled, origin: .pool),
        Row(mode: .fixed, from: World.ownNumber, shown: pooled, origin: .pool),
        // Nothing of the pool is near London.
        Row(mode: .fixed, dialled: "+442079460958", shown: "+12015550199", origin: .replacement),
        Row(mode: .listed, shown: pooled, origin: .pool),
        Row(mode: .listed, from: World.ownNumber, shown: World.ownNumber, origin: .from),
        Row(mode: .presented, shown: "+12125550111", origin: .from),
        Row(mode: .presented, from: "anonymous", shown: pooled, origin: .pool),
    ])
    func `the pool stands for the default number`(_ row: Row) throws {
        for ofTrunk in [true, false] {
            let world = try world(CallerIDRule(mode: row.mode, replacement: number("+12015550199")), of: ofTrunk)
            let decision = world.decide(row.dialled, caller: row.from)
            #expect(decision.presentedCaller?.number?.description == row.shown)
            #expect(decision.presentedCaller?.origin == row.origin)
            #expect(decision.callerNumber == decision.presentedCaller?.number)
            let explained = RoutingSnapshot(world.input).explain(
                trunkID: World.trunk, of: World.tenant, dialled: row.dialled, caller: row.from, at: World.now)
            #expect(explained?.presentedCaller?.number == decision.presentedCaller?.number)
        }
    }

    @Test func `the price follows the number that is shown`() throws {
        let world = try world(CallerIDRule(mode: .fixed))
        #expect(world.decide("+13105550100").jurisdiction?.jurisdiction == .intrastate)
    }

    @Test func `a trunk without any number to show is refused where it may not show another's`() throws {
        var world = try world(CallerIDRule(mode: .listed))
        world.input.callerPools[0].members = []
        #expect(world.decide("+13105550100").refusal == .callerNotAllowed)
        world.input.callerPools[0].fallback = number("+12015550188")
        #expect(world.decide("+13105550100").presentedCaller?.number == number("+12015550188"))
        #expect(world.decide("+13105550100").presentedCaller?.origin == .pool)
    }

    @Test func `an emergency call shows no number of a pool, but one is better than none`() throws {
        var world = try world(CallerIDRule(mode: .fixed, replacement: number("+12015550199")))
        #expect(world.decide("911").presentedCaller?.number == number("+12125550111"))
        #expect(world.decide("911", caller: "x").presentedCaller?.number == number("+12015550199"))
        world.input.trunks[0].callerID = CallerIDRule(mode: .fixed)
        world.input.callerPools[0].fallback = number("+12015550188")
        #expect(world.decide("911", caller: "x").presentedCaller?.number == number("+12015550188"))
    }

    @Test func `another account's pool is never shown`() throws {
        var world = try world(CallerIDRule(mode: .fixed, replacement: number("+12015550199")))
        world.input.accounts.append(AccountRow(id: uuid(11), tenantID: World.tenant))
        world.input.callerPools[0].accountID = uuid(11)
        world.input.callerPools[0].isDefault = true
        #expect(world.decide("+13105550100").presentedCaller?.number == number("+12015550199"))
        #expect(RoutingSnapshot(world.input).problems.map(\.kind) == [.callerPoolMissing])
        world.input.callerPools[0].accountID = uuid(12)
        world.input.trunks[0].callerPoolID = nil
        #expect(world.decide("+13105550100").presentedCaller?.number == number("+12015550199"))
        #expect(RoutingSnapshot(world.input).problems.map(\.kind) == [.callerPoolWithoutAccount])
    }
}
