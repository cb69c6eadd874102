import Telecom
import Testing

@Suite struct OutboundTests {
    @Test func `the whole answer of a call`() throws {
        let decision = try World().decide("(310) 555-0100", caller: "+14155550111")
        #expect(decision.outcome == .routed)
        #expect(decision.direction == .outbound)
        #expect(decision.tenantID == World.tenant)
        #expect(decision.called == number("+13105550100"))
        #expect(decision.calledKind == .geographic)
        #expect(decision.jurisdiction?.jurisdiction == .intrastate)
        let charge = try #require(decision.charge)
        #expect(charge.rateID == uuid(1000) && charge.ratePlanID == World.plan)
        #expect(charge.terms.nextRate == rate("0.03"))
        #expect(charge.expectedPrice == money("0.06"))
        #expect(charge.wantedHold == money("0.3"))
        #expect(charge.minimumHold == money("0.003"))
        #expect(decision.maximumDuration(within: charge.wantedHold) == 599)
        #expect(decision.maximumDuration(within: charge.minimumHold) == 5)
        #expect(decision.maximumDuration(within: money("0.0029")) == nil)
        #expect(decision.maximumDuration(within: money("1000")) == 7200)
        #expect(decision.limits.accountChannels == 50 && decision.limits.trunkChannels == 20)
        #expect(decision.limits.accountCallsPerSecond == 8)
        #expect(decision.limits.trunkCallsPerSecond == 5 && decision.limits.maximumTries == 4)
        let route = try #require(decision.routes.first)
        #expect(route.carrierTrunkID == World.carrierB && route.buyRateID == uuid(2100))
        #expect(route.uri == "sip:+13105550100@203.0.113.66:5080")
        #expect(route.endpoint.uri == "sip:203.0.113.66:5080;transport=udp")
        #expect(route.headers == "P-Asserted-Identity: <sip:+14155550111@203.0.113.66>\r\n")
        #expect(route.rerouteCodes == [500, 501, 502, 503, 504, 513, 580])
    }

    struct Order: CustomTestStringConvertible {
        let to: String
        var from = "+12125550111"
        let chosen: String
        var testDescription: String { "\(from) → \(to)" }
    }

    @Test(arguments: [
        // Interstate: B 0.010, A 0.015. Each carrier's own longest prefix: A 0.008 for New York.
        Order(to: "+13105550100", chosen: "BA"),
        Order(to: "+12125550100", from: "+13105550111", chosen: "AB"),
        // B's 44 is 0.04; C's 4420 is 0.045 though its 44 is 0.03; the price is 0.05.
        Order(to: "+442079460958", chosen: "BC"),
        Order(to: "+441619460958", chosen: "CB"),
        // Only B has a price made for Jamaica: A's "1" is not one.
        Order(to: "+18765550100", chosen: "B"),
    ])
    func `the cheapest carrier by its own longest prefix`(_ row: Order) throws {
        #expect(try World().decide(row.to, caller: row.from).chosen == row.chosen)
    }

    struct Dropped: CustomTestStringConvertible {
        let outcome: Candidate.Outcome
        let change: @Sendable (inout World) throws -> Void
        var testDescription: String { outcome.rawValue }
    }

    @Test(arguments: [
        Dropped(outcome: .carrierSuspended) { $0.input.carrierTrunks[1].carrierStatus = .suspended },
        Dropped(outcome: .trunkSuspended) { $0.input.carrierTrunks[1].status = .suspended },
        Dropped(outcome: .otherPartition) {
            $0.input.accounts[0].partitionIDs = [uuid(70)]
            for index in [0, 2] { $0.input.carrierTrunks[index].partitionIDs = [uuid(70), uuid(71)] }
        },
        Dropped(outcome: .notOutbound) { $0.input.carrierTrunks[1].carriesOutbound = false },
        Dropped(outcome: .noDeck) { $0.input.carrierTrunks[1].decks = [] },
        Dropped(outcome: .noPrefix) { $0.input.carrierTrunks[1].decks = [try table([row(1, "44", "0.01")])] },
        Dropped(outcome: .outOfDate) {
            $0.input.carrierTrunks[1].decks = [try table([row(1, "1", "0.01", from: World.now + 1)])]
        },
        Dropped(outcome: .blocked) {
            $0.input.carrierTrunks[1].decks = [
                try table([
                    row(1, "1", "0.01"), row(2, "1310", "0.01", isBlocked: true),
                ])
            ]
        },
        // A longer, dearer prefix is not hidden by the margin: the carrier would bill it.
        Dropped(outcome: .margin) {
            $0.input.carrierTrunks[1].decks = [try table([row(1, "1", "0.01"), row(2, "1310", "0.5")])]
        },
    ])
    func `a carrier is dropped for a reason, and the others are kept`(_ dropped: Dropped) throws {
        var world = try World()
        try dropped.change(&world)
        let decision = world.decide("+13105550100")
        #expect(decision.outcome(of: "B") == dropped.outcome)
        #expect(decision.chosen == "A")
        #expect(decision.candidates.count == 3)
    }

    @Test func `an account without partitions uses every carrier trunk`() throws {
        var world = try World()
        world.input.carrierTrunks[1].partitionIDs = [uuid(70)]
        #expect(world.decide("+13105550100").chosen == "BA")
    }

    @Test func `of a carrier's decks the one with the longest prefix counts`() throws {
        var world = try World()
        world.input.carrierTrunks[1].decks = [try table([row(1, "1310", "0.5")]), try table([row(2, "1", "0.001")])]
        #expect(world.decide("+13105550100").outcome(of: "B") == .margin)
        world.input.carrierTrunks[1].decks.reverse()
        #expect(world.decide("+13105550100").outcome(of: "B") == .margin)
    }

    struct Margin: CustomTestStringConvertible {
        var perMinute = "0"
        var basisPoints: Int64 = 0
        let chosen: String
        var testDescription: String { "\(perMinute) a minute, \(basisPoints) bp" }
    }

    /// The price is 0.02; B leaves 0.010 a minute (50 %) and A 0.005 (25 %).
    @Test(arguments: [
        Margin(chosen: "BA"), Margin(perMinute: "0.005", chosen: "BA"), Margin(perMinute: "0.00500001", chosen: "B"),
        Margin(perMinute: "0.01", chosen: "B"), Margin(perMinute: "0.011", chosen: ""),
        Margin(basisPoints: 2500, chosen: "BA"), Margin(basisPoints: 2501, chosen: "B"),
        Margin(basisPoints: 5000, chosen: "B"), Margin(perMinute: "0.001", basisPoints: 5001, chosen: ""),
    ])
    func `a route must bring the margin`(_ row: Margin) throws {
        var world = try World()
        world.input.ratePlans[0].marginFloor = MarginFloor(
            perMinute: rate(row.perMinute), basisPoints: row.basisPoints)
        let decision = world.decide("+13105550100")
        #expect(decision.chosen == row.chosen)
        #expect(decision.refusal == (row.chosen.isEmpty ? .noRoute : nil))
        world.input.accounts[0].allowsLoss = true
        #expect(world.decide("+13105550100").chosen == "BA")
    }

    @Test func `increments and connect fees count, not the minute price`() throws {
        var world = try World()
        world.input.ratePlans[0].expectedTalkSeconds = 61
        // 61 s: A pays 61 s of 0.012, B pays 120 s of 0.010.
        world.input.carrierTrunks[0].decks = [try table([row(1, "1", "0.012")])]
        world.input.carrierTrunks[1].decks = [try table([row(2, "1", "0.010", increments: (60, 60))])]
        #expect(world.decide("+13105550100").chosen == "AB")
        world.input.carrierTrunks[0].decks = [try table([row(1, "1", "0.001", fee: "0.0195")])]
        #expect(world.decide("+13105550100").chosen == "BA")
    }

    @Test func `at equal cost priority decides, then weight, then the order of the rows`() throws {
        var world = try World()
        let deck = try table([row(1, "1", "0.01")])
        for index in 0..<3 { world.input.carrierTrunks[index].decks = [deck] }
        #expect(world.decide("+13105550100").chosen == "ABC")
        world.input.carrierTrunks[2].weight = 200
        #expect(world.decide("+13105550100").chosen == "CAB")
        world.input.carrierTrunks[1].priority = 1
        #expect(world.decide("+13105550100").chosen == "BCA")
    }

    @Test func `no more routes than an answer holds`() throws {
        var world = try World()
        let deck = try table([row(1, "1", "0.01")])
        world.input.carrierTrunks = (0..<12).map {
            CarrierTrunkRow(
                id: uuid(300 + $0), tenantID: World.tenant, name: "T\($0)", decks: [deck], endpoint: Endpoint(host: "h")
            )
        }
        let decision = world.decide("+13105550100")
        #expect(decision.routes.count == Decision.maximumRoutes)
        #expect(decision.candidates.count { $0.outcome == .beyondRouteLimit } == 4)
    }

    @Test func `plan and price are those in effect`() throws {
        var world = try World()
        var later = world.input.ratePlans[0]
        later.id = uuid(41)
        later.outbound = try table([row(1500, "1", "0.05")])
        world.input.ratePlans.append(later)
        world.input.accounts[0].ratePlans = [
            (Validity(untilMicroseconds: 500), World.plan), (Validity(fromMicroseconds: 500), uuid(41)),
        ]
        #expect(world.decide("+13105550100", at: 499).charge?.rateID == uuid(1000))
        #expect(world.decide("+13105550100", at: 500).charge?.rateID == uuid(1500))
    }

    @Test func `each deck has its own rule for territories`() throws {
        var world = try World()
        let rows = [row(1, "1", "0.010", indeterminate: "0.019")]
        world.input.carrierTrunks[0].decks = [try table(rows)]
        world.input.carrierTrunks[1].decks = [try table(rows, RateTable.Options(territories: .states))]
        let decision = world.decide("+17875550100")
        #expect(decision.chosen == "BA")
        #expect(decision.candidates[0].buying?.jurisdiction.jurisdiction == .interstate)
        #expect(decision.candidates[1].buying?.jurisdiction.jurisdiction == .indeterminate)
    }

    struct Format: CustomTestStringConvertible {
        let format: NumberFormat
        let national: String
        let foreign: String
        var testDescription: String { "\(format.style) '\(format.escapedPrefix)'" }
    }

    @Test(arguments: [
        Format(format: NumberFormat(), national: "+12015550100", foreign: "+442079460958"),
        Format(
            format: NumberFormat(style: .digits, techPrefix: "99#"), national: "99%2312015550100",
            foreign: "99%23442079460958"),
        Format(format: NumberFormat(style: .national), national: "2015550100", foreign: "011442079460958"),
    ])
    func `a number is written as the carrier wants it`(_ row: Format) {
        #expect(row.format.text(number("+12015550100")) == row.national)
        #expect(row.format.text(number("+442079460958")) == row.foreign)
    }

    @Test func `a hold is no longer than the trunk's longest call, and at least the first increment`() throws {
        var world = try World()
        world.input.trunks[0].maximumDurationSeconds = 60
        #expect(world.decide("+13105550100").charge?.wantedHold == money("0.02"))
        world.input.trunks[0].maximumDurationSeconds = 7200
        world.input.ratePlans[0].holdSeconds = 0
        #expect(world.decide("+13105550100").charge?.wantedHold == money("0.002"))
    }

    @Test func `an IPv6 host stands in brackets`() {
        let endpoint = Endpoint(host: "2001:db8::1", port: 5061, transport: .tls)
        #expect(endpoint.uri == "sip:[2001:db8::1]:5061;transport=tls")
        #expect(Endpoint(host: "[2001:db8::1]").authority == "[2001:db8::1]:5060")
        #expect(Endpoint(host: "sip.example.net").authority == "sip.example.net:5060")
    }

    @Test func `free calls need no hold and last as long as the trunk allows`() throws {
        var world = try World()
        world.input.ratePlans[0].outbound = try table([row(1, "1", "0")])
        world.input.accounts[0].allowsLoss = true
        let decision = world.decide("+13105550100")
        #expect(decision.charge?.needsHold == false)
        #expect(decision.maximumDuration(within: .zero) == 7200)
    }
}
