import Telecom
import TestSupport
import Testing

import struct FoundationEssentials.UUID

/// Who gets a call: order, caps, hours, filters, earlier calls, bids.
@Suite struct FlowForwardTests {
    private static let ports: KeyValuePairs<String, String> = [
        "no_answer": "!", "busy": "!", "failed": "!", "no_target": "!", "capped": "!", "rejected": "!",
    ]

    /// A node that forwards to a group of the targets 1…, with priority and weight each.
    private static func group(
        _ ranks: [(priority: Int, weight: Int)], _ change: (inout FlowGroup) -> Void = { _ in }
    ) -> FlowSketch {
        var sketch = FlowSketch([Sketched("n", .forward, .forward(.group(uuid(800))), ports)])
        var members: [FlowGroup.Member] = []
        for (position, rank) in ranks.enumerated() {
            let target = sketch.target(position + 1)
            members.append(FlowGroup.Member(target, FlowRank(priority: rank.priority, weight: rank.weight)))
        }
        _ = sketch.group(members, change)
        return sketch
    }

    /// Every target with what came of it, and the port.
    private static func story(_ sketch: FlowSketch) -> String {
        let result = sketch.run()
        guard let step = result.steps.last else { return "" }
        let candidates = step.candidates.map { "\($0.name):\($0.reason?.rawValue ?? $0.outcome.rawValue)" }
        return (candidates + [step.port ?? "-"]).joined(separator: " ")
    }

    @Test func `the lowest priority goes first, and the next when nobody answers`() {
        var sketch = Self.group([(2, 1), (1, 1), (3, 1)])
        #expect(Self.story(sketch) == "t2:connected completed")
        sketch.script.answers = [reply(.busy, by: 2), reply(.noAnswer, by: 1)]
        #expect(Self.story(sketch) == "t2:dialed t1:dialed t3:connected completed")
        sketch.script.answers.append(reply(.rejected, by: 3))
        #expect(Self.story(sketch) == "t2:dialed t1:dialed t3:dialed rejected")
    }

    @Test func `equals share by weight`() {
        var sketch = Self.group([(1, 70), (1, 20), (1, 10), (1, 0)])
        var counts: [String: Int] = [:]
        for seed in 0..<2_000 {
            sketch.call.seed = UInt64(seed)
            counts[sketch.run().steps.last?.candidates.first?.name ?? "", default: 0] += 1
        }
        for (name, share) in [("t1", 0.7), ("t2", 0.2), ("t3", 0.1)] {
            #expect(abs(Double(counts[name] ?? 0) / 2_000 - share) < 0.04, "\(counts)")
        }
        #expect(counts["t4"] == nil)
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let reason: String
        let change: @Sendable (inout FlowSketch) -> Void
        var testDescription: String { reason }

        init(_ reason: String, _ change: @escaping @Sendable (inout FlowSketch) -> Void) {
            self.reason = reason
            self.change = change
        }
    }

    private static let contact = FlowCall.Contact(
        target: uuid(1), buyer: uuid(501), connectedAt: 1_795_705_200_000_000 - 3_600_000_000)

    private static func cap(_ measure: FlowCap.Measure, _ period: FlowCap.Period, of owner: Int = 1) -> FlowCap {
        FlowCap(of: uuid(owner), measure, period, remaining: measure == .revenue ? .zero : money("0.5"))
    }

    private static let refused = [
        Refused("disabled") { $0.world.targets[uuid(1)]?.isActive = false },
        Refused("buyer_paused") { $0.world.targets[uuid(1)]?.isBuyerActive = false },
        Refused("closed") { $0.world.targets[uuid(1)]?.schedule = uuid(3) },
        Refused("tag_filter") { sketch in
            let filters = [FlowComparison(.tag, "t", .equalTo, ["gold"])].compactMap(\.self)
            sketch.world.targets[uuid(1)]?.filters = filters
        },
        Refused("tag_filter") { $0.world.targets[uuid(1)]?.filters = [.unreadable("x")] },
        Refused("geo_filter") { sketch in
            let filters = [FlowComparison(.tag, "caller_state", .noneOf, ["NY"])].compactMap(\.self)
            sketch.world.targets[uuid(1)]?.filters = filters
        },
        Refused("no_balance") { $0.world.targets[uuid(1)]?.hasBalance = false },
        Refused("concurrency") { $0.world.add(cap(.live, .now)) },
        Refused("cap_hourly") { $0.world.add(cap(.attempts, .hour)) },
        Refused("cap_daily") { $0.world.add(cap(.connections, .day)) },
        Refused("cap_monthly") { $0.world.add(cap(.conversions, .month)) },
        Refused("cap_total") { $0.world.add(cap(.attempts, .total)) },
        Refused("sum_cap") { $0.world.add(cap(.revenue, .day)) },
        Refused("cap_daily") { $0.world.add(cap(.attempts, .day, of: 501)) },
        Refused("duplicate_restricted") { sketch in
            sketch.call.contacts = [contact]
            sketch.world.targets[uuid(1)]?.restriction = .byTarget
        },
        Refused("duplicate_restricted") { sketch in
            sketch.call.contacts = [contact]
            sketch.world.targets[uuid(1)]?.restriction = .byBuyer
            sketch.world.targets[uuid(1)]?.restrictionSeconds = 3_601
        },
    ]

    @Test(arguments: refused) func `a target that may not be rung says why, and the next has it`(row: Refused) {
        var sketch = Self.group([(1, 1), (2, 1)])
        row.change(&sketch)
        #expect(Self.story(sketch) == "t1:\(row.reason) t2:connected completed")
    }

    private static let allowed = [
        Refused("a restriction that is over") { sketch in
            sketch.call.contacts = [contact]
            sketch.world.targets[uuid(1)]?.restriction = .byTarget
            sketch.world.targets[uuid(1)]?.restrictionSeconds = 3_600
        },
        Refused("converted calls alone count") { sketch in
            sketch.call.contacts = [contact]
            sketch.world.targets[uuid(1)]?.restriction = .byTarget
            sketch.world.targets[uuid(1)]?.restrictedAfterConversion = true
        },
        Refused("a cap of another campaign") { sketch in
            sketch.world.add(FlowCap(of: uuid(1), campaign: uuid(77), .attempts, .day, remaining: .zero))
        },
        Refused("room for one") { sketch in
            sketch.world.add(FlowCap(of: uuid(1), .attempts, .day, remaining: money("1")))
        },
    ]

    @Test(arguments: allowed) func `what does not count is in nobody's way`(row: Refused) {
        var sketch = Self.group([(1, 1), (2, 1)])
        row.change(&sketch)
        #expect(Self.story(sketch) == "t1:connected completed")
    }

    @Test func `nobody at all is capped when caps alone are in the way, else no target`() {
        var sketch = Self.group([(1, 1), (2, 1)])
        sketch.world.add(Self.cap(.live, .now, of: 1))
        sketch.world.add(Self.cap(.attempts, .day, of: 2))
        #expect(Self.story(sketch) == "t1:concurrency t2:cap_daily capped")
        sketch.world.targets[uuid(2)]?.isActive = false
        #expect(Self.story(sketch) == "t1:concurrency t2:disabled no_target")
        sketch.world.groups[uuid(800)]?.isActive = false
        #expect(Self.story(sketch) == "t1:disabled t2:disabled no_target")
        sketch.world.groups[uuid(800)]?.members = []
        #expect(Self.story(sketch) == "no_target")
    }

    @Test func `who waited longest, and whose calls brought most, goes first`() {
        var sketch = Self.group([(1, 1), (1, 1), (1, 1)]) { $0.strategy = .roundRobin }
        sketch.world.targets[uuid(1)]?.lastRungAt = 5
        sketch.world.targets[uuid(2)]?.lastRungAt = 4
        sketch.world.targets[uuid(3)]?.lastRungAt = 6
        #expect(Self.story(sketch) == "t2:connected completed")
        sketch.world.groups[uuid(800)]?.strategy = .predictive
        sketch.world.targets[uuid(3)]?.earns = money("12.50")
        #expect(Self.story(sketch) == "t3:connected completed")
    }

    @Test func `all ring at once, and the first to answer has it`() {
        var sketch = Self.group([(1, 1), (1, 1), (1, 1)]) { $0.strategy = .simultaneous }
        sketch.script.answers = [reply(.busy, by: 1)]
        #expect(Self.story(sketch) == "t1:dialed t2:connected t3:dialed completed")
        sketch.script.answers = [reply(.noAnswer, by: 1), reply(.noAnswer, by: 2), reply(.busy, by: 3)]
        #expect(Self.story(sketch) == "t1:dialed t2:dialed t3:dialed busy")
    }

    @Test func `the best bid has it, and the next only in a waterfall`() {
        var sketch = Self.group([(1, 1), (1, 1), (1, 1)]) { $0.strategy = .highestBid }
        for id in 1...3 { sketch.world.targets[uuid(id)]?.isAsked = true }
        sketch.world.targets[uuid(3)]?.minimumBid = money("9")
        sketch.script.answers = [
            reply(.busy, by: 1) { $0.bid = money("12") }, reply(.answered, by: 2) { $0.bid = money("11.5") },
            reply(.answered, by: 3) { $0.bid = money("8") },
        ]
        #expect(Self.story(sketch) == "t3:bid_too_low t2:outbid t1:dialed busy")
        sketch.world.groups[uuid(800)]?.isWaterfall = true
        #expect(Self.story(sketch) == "t3:bid_too_low t1:dialed t2:connected completed")
        sketch.world.groups[uuid(800)]?.minimumRevenue = money("13")
        #expect(Self.story(sketch) == "t3:bid_too_low t1:bid_too_low t2:bid_too_low no_target")
        sketch.script.answers = (1...3).map { reply(.noBid, by: $0) }
        #expect(Self.story(sketch) == "t1:no_bid t2:no_bid t3:no_bid no_target")
    }

    @Test func `a machine counts where nobody looks for one`() {
        var sketch = Self.group([(1, 1)])
        sketch.script.answers = [reply(.machine, by: 1)]
        #expect(Self.story(sketch) == "t1:connected completed")
        sketch.world.targets[uuid(1)]?.detectsMachines = true
        #expect(Self.story(sketch) == "t1:dialed no_answer")
    }

    private static func plan(_ change: (inout FlowCampaign) -> Void) -> FlowSketch {
        var sketch = FlowSketch([Sketched("n", .forward, .forward(.plan), ports)])
        var campaign = FlowCampaign(id: uuid(700), name: "roofs")
        for id in 1...3 {
            let target = sketch.target(id)
            campaign.routes.append(FlowCampaign.Route(target: target, FlowRank(priority: id)))
        }
        change(&campaign)
        sketch.world.campaign = campaign
        return sketch
    }

    @Test func `a target that hangs up at once loses the call to the next, so often`() {
        var sketch = Self.plan {
            $0.rerouteBelowSeconds = 10
            $0.maximumReroutes = 1
        }
        sketch.script.answers = (1...3).map { id in
            reply(.answered, by: id) { answer in
                answer.seconds = 9
                answer.endedByTarget = true
            }
        }
        #expect(Self.story(sketch) == "t1:connected t2:connected t3:reroute_limit completed")
        sketch.script.answers[0].seconds = 10
        #expect(Self.story(sketch) == "t1:connected completed")
    }

    @Test func `a caller who comes back goes where the campaign says`() {
        func story(_ returning: FlowCampaign.Returning, _ answers: [FlowScript.Answer] = []) -> String {
            var sketch = Self.plan { $0.returning = returning }
            sketch.call.contacts = [FlowCall.Contact(target: uuid(2), buyer: uuid(502), connectedAt: 1)]
            sketch.script.answers = answers
            return Self.story(sketch)
        }
        let busy = [reply(.busy, by: 2)]
        #expect(story(.normal) == "t1:connected completed")
        #expect(story(.original) == "t2:connected completed")
        #expect(story(.original, busy) == "t2:dialed t1:connected completed")
        #expect(story(.strictOriginal, busy) == "t2:dialed busy")
        let others = [reply(.busy, by: 1), reply(.busy, by: 3)]
        #expect(story(.different, others) == "t2:duplicate_restricted t1:dialed t2:already_tried t3:dialed busy")
    }

    @Test func `a group takes one place in a plan`() {
        var sketch = Self.plan { campaign in
            campaign.routes = [
                FlowCampaign.Route(target: uuid(3), FlowRank(priority: 2)),
                FlowCampaign.Route(group: uuid(800), FlowRank(priority: 1)),
            ]
        }
        _ = sketch.group([FlowGroup.Member(uuid(1), FlowRank(priority: 2)), FlowGroup.Member(uuid(2))])
        sketch.script.answers = (1...3).map { reply(.busy, by: $0) }
        #expect(Self.story(sketch) == "t2:dialed t1:dialed t3:dialed busy")
        sketch.world.campaign = nil
        #expect(sketch.path() == "n> not_configured")
    }

    /// Each is looked at in the same loop: there is no stack that could be too small.
    @Test func `ten thousand groups whose targets bid nothing are passed over`() {
        var sketch = Self.plan { $0.routes = [] }
        for number in 0..<10_000 {
            var group = FlowGroup(id: uuid(20_000 + number), name: "g\(number)")
            group.strategy = .highestBid
            group.minimumRevenue = money("1")
            group.members = [FlowGroup.Member(uuid(1))]
            sketch.world.groups[group.id] = group
            sketch.world.campaign?.routes.append(FlowCampaign.Route(group: group.id, FlowRank(priority: number)))
        }
        let result = sketch.run()
        #expect(result.steps.last?.port == "no_target")
        #expect(result.steps.last?.candidates.count == 10_000)
        #expect(result.steps.last?.candidates.allSatisfy { $0.reason == .bidTooLow } == true)
    }

    @Test func `a call that thinks of too many targets ends`() {
        var sketch = Self.plan { $0.routes = [] }
        let members = (0..<1_000).map { FlowGroup.Member(uuid($0 % 3 + 1), FlowRank(priority: $0)) }
        for number in 0..<200 {
            var group = FlowGroup(id: uuid(20_000 + number), name: "g\(number)")
            group.members = members
            sketch.world.groups[group.id] = group
            sketch.world.campaign?.routes.append(FlowCampaign.Route(group: group.id, FlowRank(priority: number)))
        }
        let end = sketch.run().end
        #expect(end.outcome == .tooMuch && end.reason == "the call takes more than 100000 candidates")
    }

    @Test func `what a target is told goes with the ringing`() {
        var sketch = Self.plan { $0.records = true }
        sketch.world.targets[uuid(1)]?.whisper = "A roof in NY"
        guard case .ring(let rings)? = sketch.run().steps.last?.actions.first else {
            Issue.record("nobody is rung")
            return
        }
        #expect(rings.map(\.target) == [uuid(1)] && rings[0].whisper == "A roof in NY" && rings[0].records)
    }
}
