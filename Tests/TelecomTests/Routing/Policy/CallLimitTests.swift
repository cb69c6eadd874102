import Telecom
import Testing

@Suite struct CallLimitTests {
    private func world(_ limits: CallLimitRow...) throws -> World {
        var world = try World()
        world.input.callLimits = limits
        return world
    }

    private func limit(
        _ digits: String = "", id: Int = 1, own: Bool = false, rate text: String? = nil, seconds: Int64? = nil,
        from: Int64 = .min
    ) -> CallLimitRow {
        CallLimitRow(
            id: uuid(id), tenantID: World.tenant, accountID: own ? World.account : nil, prefix: prefix(digits),
            maximumRate: text.map { rate($0) }, maximumSeconds: seconds, validity: Validity(fromMicroseconds: from))
    }

    /// The call is sold for 0.02 a minute.
    @Test func `a price above the highest is refused, and the limit is named`() throws {
        #expect(try world(limit(rate: "0.02")).decide("+13105550100").outcome == .routed)
        let dear = try world(limit(id: 7, rate: "0.01999999")).decide("+13105550100")
        #expect(dear.refusal == .rateAboveMaximum && dear.refusingRuleID == uuid(7))
        #expect(dear.routes.isEmpty)
    }

    @Test func `a call is as long as the shorter of trunk and limit, and no more is held for it`() throws {
        #expect(try world(limit(seconds: 9000)).decide("+13105550100").limits.maximumSeconds == 7200)
        let short = try world(limit(seconds: 60)).decide("+13105550100")
        #expect(short.limits.maximumSeconds == 60)
        #expect(short.charge?.wantedHold == money("0.02"))
        #expect(short.maximumDuration(within: money("100")) == 60)
    }

    @Test func `one limit counts: the account's, of the longest prefix, begun last`() throws {
        let rows = [
            ([limit(own: true, seconds: 100), limit("1310", id: 2, seconds: 50)], 100),
            ([limit(seconds: 100), limit("1310", id: 2, seconds: 200)], 200),
            ([limit("13", seconds: 100, from: 10), limit("13", id: 2, seconds: 200, from: 20)], 200),
            ([limit("13", seconds: 100), limit("13", id: 2, seconds: 200, from: World.now + 1)], 100),
            ([limit("44", seconds: 100)], 7200),
        ]
        for (limits, seconds) in rows {
            var world = try world()
            world.input.callLimits = limits
            #expect(world.decide("+13105550100").limits.maximumSeconds == Int64(seconds))
        }
    }
}
