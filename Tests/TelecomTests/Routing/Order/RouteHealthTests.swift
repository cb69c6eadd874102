import Testing

@testable import Telecom

@Suite struct RouteHealthTests {
    private static let key = RouteQuality.Key(group: 1310, jurisdiction: .interstate)

    private static func quality(_ name: String, _ low: Int32, _ high: Int32) -> RouteHealth.Row {
        row(
            name,
            .quality(
                key,
                RouteQuality(
                    answerRatioLow: low, answerRatioHigh: high, effectivenessLow: 9000, effectivenessHigh: 9500,
                    averageTalkSeconds: 60, postDialDelayMilliseconds: 2000)))
    }

    private static func row(_ name: String, _ fact: RouteHealth.Row.Fact) -> RouteHealth.Row {
        RouteHealth.Row(TenantKey(World.tenant, RoutingProfileTests.id(name)), fact)
    }

    private static func decide(
        _ world: World, _ rows: [RouteHealth.Row], to number: String = "+13105550100", at now: Int64 = World.now
    ) -> Decision {
        let snapshot = RoutingSnapshot(world.input)
        let request = CallRequest(
            source: address(World.customerAddress), dialled: number, caller: PresentedCaller(fromUser: "+12125550111"))
        return snapshot.decide(request, at: now, health: RouteHealth(rows, for: snapshot))
    }

    /// By cost: B, C, D, A.
    @Test func `an open breaker and a used-up prepayment keep calls away`() throws {
        let world = try RoutingProfileTests.world()
        let decision = Self.decide(
            world, [Self.row("B", .openUntil(World.now + 1)), Self.row("D", .unpaid)])
        #expect(decision.chosen == "CA")
        #expect(decision.outcome(of: "B") == .circuitOpen)
        #expect(decision.outcome(of: "D") == .vendorBalance)
        // Nothing is known of a trunk that the snapshot has not.
        #expect(Self.decide(world, [Self.row("X", .unpaid)]).chosen == "BCDA")
    }

    @Test func `a call that all breakers keep away may be tried again`() throws {
        let world = try RoutingProfileTests.world()
        let decision = Self.decide(
            world, ["A", "B", "C", "D"].map { Self.row($0, .openUntil(World.now + 1)) })
        #expect(decision.refusal == .carriersAway)
        #expect(decision.refusal?.status == 503 && decision.refusal?.retryAfterSeconds == 5)
    }

    @Test func `emergency calls pass an open breaker by`() throws {
        var world = try RoutingProfileTests.world()
        world.input.emergencyRoutes = [
            EmergencyRouteRow(tenantID: World.tenant, carrierTrunkID: RoutingProfileTests.id("B"))
        ]
        let decision = Self.decide(
            world, [Self.row("B", .openUntil(World.now + 1)), Self.row("B", .unpaid)], to: "911")
        #expect(decision.chosen == "B")
    }

    @Test func `the better answer ratio first, then who is not known, by cost`() throws {
        let world = try RoutingProfileTests.world { $0.strategy = .quality }
        let rows = [Self.quality("A", 4000, 6000), Self.quality("D", 4100, 4200)]
        #expect(Self.decide(world, rows).chosen == "DABC")
        // It is measured for calls to other numbers, and in other jurisdictions, apart.
        #expect(Self.decide(world, rows, to: "+14155550100").chosen == "BCDA")
    }

    struct Limit: CustomTestStringConvertible {
        let limits: RouteQuality.Limits
        let isPoor: Bool
        var testDescription: String { "\(limits)" }
    }

    /// B answers 30 to 40 %, is effective 90 to 95 %, talks 60 s and rings after 2 s.
    @Test(arguments: [
        Limit(limits: RouteQuality.Limits(answerRatio: 4000), isPoor: false),
        Limit(limits: RouteQuality.Limits(answerRatio: 4001), isPoor: true),
        Limit(limits: RouteQuality.Limits(effectiveness: 9500), isPoor: false),
        Limit(limits: RouteQuality.Limits(effectiveness: 9501), isPoor: true),
        Limit(limits: RouteQuality.Limits(talkSeconds: 60), isPoor: false),
        Limit(limits: RouteQuality.Limits(talkSeconds: 61), isPoor: true),
        Limit(limits: RouteQuality.Limits(postDialDelayMilliseconds: 2000), isPoor: false),
        Limit(limits: RouteQuality.Limits(postDialDelayMilliseconds: 1999), isPoor: true),
        Limit(limits: RouteQuality.Limits(answerRatio: 1, postDialDelayMilliseconds: 1), isPoor: true),
    ])
    func `what is poor goes last, or is left out`(_ row: Limit) throws {
        for drops in [false, true] {
            let world = try RoutingProfileTests.world { ($0.limits, $0.dropsPoor) = (row.limits, drops) }
            let decision = Self.decide(world, [Self.quality("B", 3000, 4000)])
            #expect(decision.chosen == (row.isPoor ? drops ? "CDA" : "CDAB" : "BCDA"))
            if row.isPoor, drops { #expect(decision.outcome(of: "B") == .belowQuality) }
        }
    }

    @Test func `a poor route does not widen the band, and a forced one may be poor`() throws {
        var world = try RoutingProfileTests.world {
            $0.limits = RouteQuality.Limits(answerRatio: 5000)
            ($0.strategy, $0.band) = (.priority, MarginFloor(basisPoints: 1000))
        }
        world.input.routeRules = [
            RouteRuleRow(
                id: uuid(1), tenantID: World.tenant, carrierTrunkID: RoutingProfileTests.id("A"), kind: .forceFirst)
        ]
        let rows = [Self.quality("A", 100, 200), Self.quality("C", 100, 200)]
        #expect(Self.decide(world, rows).chosen == "ABDC")
    }

    @Test func `numbers are measured by area code, or by three digits`() {
        for (called, group) in [("+13105550100", 1310), ("+442079460958", 442), ("+77", 77)] as [(String, UInt32)] {
            #expect(
                RouteQuality.Key(number(called), .international)
                    == RouteQuality.Key(group: group, jurisdiction: .international), "\(called)")
        }
    }
}
