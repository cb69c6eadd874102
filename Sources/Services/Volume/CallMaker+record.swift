import Foundation
import Telecom

extension CallMaker {
    /// When the parts of a call were, in µs since 1970.
    private struct Times {
        var ringing: Int64?
        var answered: Int64?
        var ended: Int64
        var talkMilliseconds: Int64 = 0
    }

    /// The record of a call, priced as `RateCalls` prices it.
    func call(
        _ parties: Parties, _ outcome: VolumeOutcome, attempts: String, failures: Int, _ started: Int64,
        _ random: inout SplitMix64
    ) -> VolumeCall {
        let times = times(outcome, failures: failures, started, &random)
        let edge = random.chance(0.5) ? "edge-1" : "edge-2"
        let callID = "\(String(random.next(), radix: 16))\(String(random.next(), radix: 16))@\(parties.source.host)"
        let fromTag = String(random.next() >> 24, radix: 16)
        let toTag = times.ringing == nil ? "" : String(random.next() >> 24, radix: 16)
        let routingID = UUID.v7(milliseconds: started / 1000, random: &random)
        let jurisdiction = JurisdictionDecision(
            caller: parties.caller, called: parties.called, areaCodes: market.areaCodes)
        let caller = parties.caller?.description
        let called = parties.called.description
        let raw = RawCall(
            tenantID: market.tenant, startedAt: Date(microseconds: started),
            id: CallIdentity.cdrID(edge: edge, callID: callID, fromTag: fromTag, receivedMicroseconds: started),
            routingID: routingID, accountID: market.accountIDs[parties.account], trunkID: parties.trunkID,
            carrierTrunkID: parties.carrier.map { market.carriers[$0].trunkID }, direction: parties.direction,
            fromNumber: caller, toNumber: called, jurisdiction: jurisdiction.jurisdiction,
            jurisdictionReason: jurisdiction.reason.rawValue, code: outcome.code,
            ringingAt: times.ringing.map { Date(microseconds: $0) },
            answeredAt: times.answered.map { Date(microseconds: $0) }, endedAt: Date(microseconds: times.ended),
            talkMilliseconds: times.talkMilliseconds, hangup: hangup(outcome, &random), sellRateID: parties.sell.id,
            buyRateID: parties.buy?.id, currency: VolumeMarket.currency)
        return VolumeCall(
            account: parties.account,
            rated: RatedCDR(
                raw: raw, sell: raw.price(UsedRate(row: parties.sell, indeterminate: VolumeMarket.policy)),
                buy: raw.price(parties.buy.map { UsedRate(row: $0, indeterminate: VolumeMarket.policy) }),
                ends: CallEnds(jurisdiction)),
            edge: edge, callID: callID, fromTag: fromTag, toTag: toTag, caller: caller ?? "anonymous", callee: called,
            source: parties.source, reason: outcome.reason, attempts: attempts, tracking: parties.tracking)
    }

    private func hangup(_ outcome: VolumeOutcome, _ random: inout SplitMix64) -> String {
        outcome.isAnswered ? (random.chance(0.58) ? "caller" : "callee") : outcome.hangup
    }

    private static let longestTalk_ms = 14_400_000.0

    private func times(
        _ outcome: VolumeOutcome, failures: Int, _ started: Int64, _ random: inout SplitMix64
    ) -> Times {
        if outcome.isRefused { return Times(ended: started + Int64(2_000 + random.below(20_000))) }
        // What a carrier that failed took, and then the one that did not.
        let lost = (0..<failures).reduce(0.0) { sum, _ in sum + random.exponential(mean: 350) }
        let delay = min(random.logNormal(median: 1700, spread: 0.55), 15_000) + lost
        let reached = started + Int64(delay * 1000)
        guard outcome.rings else { return Times(ended: reached) }
        let longest = outcome.code == 408 ? 60.0 : 45.0
        let rang = outcome.code == 408 ? longest : min(0.4 + random.exponential(mean: 11), longest)
        let over = reached + Int64(rang * 1_000_000)
        guard outcome.isAnswered else { return Times(ringing: reached, ended: over) }
        // Most talk for a minute or two, few for long; some notice at once that they need not have called.
        let talk_s =
            random.chance(0.14) ? random.exponential(mean: 9) : random.logNormal(median: 78, spread: 1.15)
        let talk = Int64(min(max(talk_s * 1000, 1), Self.longestTalk_ms))
        return Times(ringing: reached, answered: over, ended: over + talk * 1000, talkMilliseconds: talk)
    }
}

extension String {
    /// The address of `address;port;transport`.
    fileprivate var host: Substring { prefix { $0 != ";" } }
}
