import Testing

import struct FoundationEssentials.UUID

@testable import Telecom

/// Four carriers at 0.010, 0.011, 0.012 and 0.015 a minute; calls of two minutes are compared, the price is 0.02.
@Suite struct RoutingProfileTests {
    static let carriers: [(name: String, rate: String, priority: Int, weight: Int)] = [
        ("A", "0.015", 1, 10), ("B", "0.010", 4, 10), ("C", "0.011", 3, 80), ("D", "0.012", 2, 10),
    ]

    static func id(_ name: String) -> UUID { uuid(300 + Int(name.utf8.first ?? 0)) }

    static func world(_ change: (inout RoutingProfileRow) -> Void = { _ in }) throws -> World {
        var world = try World()
        world.input.emergencyRoutes = []
        world.input.carrierAddresses = []
        world.input.carrierTrunks = try carriers.enumerated().map { index, carrier in
            CarrierTrunkRow(
                id: id(carrier.name), tenantID: World.tenant, name: carrier.name,
                decks: [try table([row(2000 + index, "1", carrier.rate)])], endpoint: Endpoint(host: "203.0.113.1"),
                priority: carrier.priority, weight: carrier.weight)
        }
        var profile = RoutingProfileRow(id: uuid(50), tenantID: World.tenant, isDefault: true)
        change(&profile)
        world.input.profiles = [profile]
        return world
    }

    struct Order: CustomTestStringConvertible {
        let strategy: RoutingProfileRow.Strategy
        var band: MarginFloor?
        var most = 8
        let chosen: String
        var testDescription: String { "\(strategy) \(String(describing: band)) \(most)" }
    }

    private static func band(_ basisPoints: Int64, perMinute: String = "0") -> MarginFloor {
        MarginFloor(perMinute: rate(perMinute), basisPoints: basisPoints)
    }

    @Test(arguments: [
        Order(strategy: .leastCost, chosen: "BCDA"),
        Order(strategy: .leastCost, band: band(10_000), chosen: "BCDA"),
        // Strict priority: nothing is dearer than the band.
        Order(strategy: .priority, chosen: "ADCB"),
        // Up to 0.011, to 0.012 less a hair, and to 0.012.
        Order(strategy: .priority, band: band(1000), chosen: "CBDA"),
        Order(strategy: .priority, band: band(1999), chosen: "CBDA"),
        Order(strategy: .priority, band: band(2000), chosen: "DCBA"),
        Order(strategy: .priority, band: band(0), chosen: "BCDA"),
        // The wider of the two counts.
        Order(strategy: .priority, band: band(1000, perMinute: "0.002"), chosen: "DCBA"),
        Order(strategy: .priority, band: band(2000, perMinute: "0.001"), chosen: "DCBA"),
        Order(strategy: .priority, most: 2, chosen: "AD"),
        // Nobody is known: by cost.
        Order(strategy: .quality, chosen: "BCDA"),
    ])
    func `what counts as equal, and what decides among equals`(_ order: Order) throws {
        let world = try Self.world {
            ($0.strategy, $0.band, $0.maximumRoutes) = (order.strategy, order.band, order.most)
        }
        let decision = world.decide("+13105550100")
        #expect(decision.chosen == order.chosen)
        #expect(decision.candidates.count == 4)
        #expect(decision.candidates.dropFirst(order.most).allSatisfy { $0.outcome == .beyondRouteLimit })
    }

    @Test func `weights are the shares of the first place, and a call draws the same again`() throws {
        let world = try Self.world { ($0.strategy, $0.band) = (.weighted, Self.band(2000)) }
        let snapshot = RoutingSnapshot(world.input)
        let request = CallRequest(
            source: address(World.customerAddress), dialled: "+13105550100",
            caller: PresentedCaller(fromUser: "+12125550111"))
        var firsts: [String: Int] = [:]
        for call in 0..<2000 {
            let now = World.now + Int64(call) * 977
            let chosen = snapshot.decide(request, at: now).chosen
            #expect(chosen.hasSuffix("A"), "A is dearer than the band")
            #expect(snapshot.decide(request, at: now).chosen == chosen)
            firsts[String(chosen.prefix(1)), default: 0] += 1
        }
        // Of 100: 10, 80, 10.
        #expect((140...260).contains(firsts["B", default: 0]), "\(firsts)")
        #expect((1500...1700).contains(firsts["C", default: 0]), "\(firsts)")
        #expect((140...260).contains(firsts["D", default: 0]), "\(firsts)")
    }

    @Test func `the account's profile, else the plan's, else the default`() throws {
        var world = try Self.world()
        for (id, strategy) in [(51, RoutingProfileRow.Strategy.priority), (52, .leastCost)] {
            world.input.profiles.append(
                RoutingProfileRow(id: uuid(id), tenantID: World.tenant, strategy: strategy, maximumRoutes: 1))
        }
        #expect(world.decide("+13105550100").chosen == "BCDA")
        func use(_ owner: ProfileUseRow.Owner, _ id: UUID, _ profile: Int) {
            world.input.profileUses.append(
                ProfileUseRow(tenantID: World.tenant, owner: owner, id: id, profileID: uuid(profile)))
        }
        use(.ratePlan, World.plan, 51)
        #expect(world.decide("+13105550100").chosen == "A")
        use(.account, World.account, 52)
        #expect(world.decide("+13105550100").chosen == "B")
        world.input.profiles[0].isDefault = false
        world.input.profileUses = []
        #expect(world.decide("+13105550100").chosen == "BCDA")
    }

    @Test func `tags are all there, or none of them is`() throws {
        var world = try Self.world {
            $0.requiredTags = ["cli", "us"]
            $0.excludedTags = ["grey"]
        }
        let tags: [Set<String>] = [["cli"], ["cli", "us", "grey"], ["cli", "us"], ["cli", "us", "x"]]
        for (index, tags) in tags.enumerated() { world.input.carrierTrunks[index].tags = tags }
        let decision = world.decide("+13105550100")
        #expect(decision.chosen == "CD")
        #expect(decision.outcome(of: "A") == .otherTags && decision.outcome(of: "B") == .otherTags)
    }

    struct Caller: CustomTestStringConvertible {
        let requirement: CallerRequirement
        /// Whether it takes an American caller, a British one, a hidden American one, and nobody.
        let taken: [Bool]
        var testDescription: String { "\(requirement)" }
    }

    @Test(arguments: [
        Caller(requirement: CallerRequirement(), taken: [true, true, true, true]),
        Caller(requirement: CallerRequirement(acceptsAnonymous: false), taken: [true, true, false, false]),
        Caller(requirement: CallerRequirement(number: .required), taken: [true, true, true, false]),
        Caller(requirement: CallerRequirement(number: .northAmerican), taken: [true, false, true, false]),
        Caller(
            requirement: CallerRequirement(number: .northAmerican, acceptsAnonymous: false),
            taken: [true, false, false, false]),
    ])
    func `a carrier takes certain callers`(_ row: Caller) throws {
        var world = try Self.world()
        world.input.carrierTrunks[1].callers = row.requirement
        let callers = [
            PresentedCaller(fromUser: "+12125550111"), PresentedCaller(fromUser: "+442079460958"),
            PresentedCaller(fromUser: "+12125550111", wantsPrivacy: true), PresentedCaller(fromUser: "anonymous"),
        ]
        for (caller, taken) in zip(callers, row.taken) {
            let decision = world.decide(
                CallRequest(source: address(World.customerAddress), dialled: "+13105550100", caller: caller))
            #expect(decision.outcome(of: "B") == (taken ? .chosen : .callerNotAccepted), "\(caller)")
        }
    }
}
