import Foundation
import Telecom

/// Makes the calls of a market, each from its number alone.
struct CallMaker: Sendable {
    let market: VolumeMarket
    private let curve: CallCurve
    private let callers: Zipf
    /// Of the accounts with numbers; `nil` where nobody has one, so that nobody is called.
    private let called: Zipf?
    private let campaigns: Zipf?
    private let areas: Zipf
    private let abroad: Zipf

    private static let inboundShare = 0.22
    /// Of the calls that come in.
    private static let trackedShare = 0.25
    private static let abroadShare = 0.11
    private static let localShare = 0.35
    private static let anonymousShare = 0.01

    init(_ market: VolumeMarket) {
        self.market = market
        let plan = market.plan
        curve = CallCurve(calls: plan.calls, firstDay: plan.firstDay, days: plan.days)
        callers = Zipf(count: plan.accounts, exponent: 1)
        called = plan.numbers > 0 ? Zipf(count: min(plan.accounts, plan.numbers), exponent: 0.9) : nil
        campaigns = plan.campaigns > 0 ? Zipf(count: plan.campaigns, exponent: 0.8) : nil
        areas = Zipf(count: market.areas.count, exponent: 0.7)
        abroad = Zipf(count: VolumeDestination.abroad.count, exponent: 1)
    }

    /// Some calls, in the order in which they start.
    func calls(_ numbers: Range<Int>) -> [VolumeCall] { numbers.map { call($0) } }

    func call(_ number: Int) -> VolumeCall {
        var random = SplitMix64(seed: market.seed, stream: .call, number: number)
        let started = curve.startMicroseconds(of: number, &random)
        if let called, random.chance(Self.inboundShare) { return inbound(called, started, &random) }
        return outbound(started, &random)
    }

    // MARK: The two directions

    private func outbound(_ started: Int64, _ random: inout SplitMix64) -> VolumeCall {
        let account = callers.rank(&random)
        let trunk = market.trunk(of: account, &random)
        let (caller, home) = caller(of: account, &random)
        let destination = destination(from: home, &random)
        let to = market.destinations[destination].number(&random)
        let outcome = VolumeOutcome.outbound.draw(&random)
        let tries = outcome.isRefused ? [] : tries(market.routes[destination], outcome, &random)
        let plan = market.pricePlans[market.account(account).pricePlan]
        let abroad = destination - market.areas.count
        let parties = Parties(
            account: account, trunkID: market.trunkIDs[trunk], direction: "outbound", caller: caller, called: to,
            source: "\(market.address(ofTrunk: trunk));5060;udp", carrier: tries.last?.carrier,
            sell: abroad < 0 ? plan.domestic : plan.abroad[abroad],
            buy: tries.last.map { market.carriers[$0.carrier].rates[destination] }, tracking: nil)
        let attempts = tries.map { "\(market.carriers[$0.carrier].trunkID.text):\($0.code);" }.joined()
        return call(parties, outcome, attempts: attempts, failures: max(tries.count - 1, 0), started, &random)
    }

    private func inbound(_ called: Zipf, _ started: Int64, _ random: inout SplitMix64) -> VolumeCall {
        let campaign = random.chance(Self.trackedShare) ? campaigns?.rank(&random) : nil
        let account = campaign.map { market.accountOfCampaign($0) } ?? called.rank(&random)
        let to = market.number(account + market.plan.accounts * random.below(market.numbers(of: account)))
        let from = areas.rank(&random)
        let caller = random.chance(Self.anonymousShare) ? nil : market.destinations[from].number(&random)
        let outcome = VolumeOutcome.inbound.draw(&random)
        let carrier = random.below(market.carriers.count)
        let trunk = market.trunk(of: account, &random)
        let tracking = campaign.map { campaign in
            VolumeCall.Tracking(
                campaign: campaign, publisher: random.below(VolumeMarket.publishersOfCampaign),
                callerState: caller == nil ? nil : market.areas[from].region.subdivision?.description,
                number: to.description)
        }
        let parties = Parties(
            account: account, trunkID: market.trunkIDs[trunk], direction: "inbound", caller: caller, called: to,
            source: "\(market.carriers[carrier].address);5060;udp", carrier: carrier,
            sell: market.pricePlans[market.account(account).pricePlan].inbound, buy: nil, tracking: tracking)
        let attempts = "\(market.trunkIDs[trunk].text):\(outcome.code);"
        return call(parties, outcome, attempts: attempts, failures: 0, started, &random)
    }

    // MARK: Who and where

    /// Customers show a number of theirs, resellers those of their customers.
    /// - Returns: the number that is shown, and the rank of its area code.
    private func caller(of account: Int, _ random: inout SplitMix64) -> (E164?, Int) {
        let isHidden = random.chance(Self.anonymousShare)
        let numbers = market.numbers(of: account)
        if account >= market.plan.resellers, numbers > 0 {
            let index = account + market.plan.accounts * random.below(numbers)
            return (isHidden ? nil : market.number(index), market.area(ofNumber: index))
        }
        let area = areas.rank(&random)
        let number = market.destinations[area].number(&random)
        return (isHidden ? nil : number, area)
    }

    private func destination(from home: Int, _ random: inout SplitMix64) -> Int {
        if random.chance(Self.abroadShare) { return market.areas.count + abroad.rank(&random) }
        return random.chance(Self.localShare) ? home : areas.rank(&random)
    }

    /// The carriers that were asked, in their order, with what each said.
    private func tries(
        _ route: [Int], _ outcome: VolumeOutcome, _ random: inout SplitMix64
    ) -> [(carrier: Int, code: Int)] {
        var failures = random.chance(0.07) ? (random.chance(0.15) ? 2 : 1) : 0
        if outcome.isExhausted { failures = route.count }
        failures = min(failures, outcome.isExhausted ? route.count : route.count - 1)
        var tries = route.prefix(failures).map { (carrier: $0, code: random.chance(0.75) ? 503 : 502) }
        if !outcome.isExhausted { tries.append((carrier: route[failures], code: outcome.code)) }
        return tries
    }
}

/// What is known of a call when it is routed.
struct Parties {
    let account: Int
    let trunkID: UUID
    let direction: String
    let caller: E164?
    let called: E164
    let source: String
    let carrier: Int?
    let sell: RateRow
    let buy: RateRow?
    let tracking: VolumeCall.Tracking?
}
