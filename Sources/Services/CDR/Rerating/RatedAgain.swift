import Foundation
import Postgres
import Telecom

/// A call that was rated again, on the sides that the run is about.
struct RatedAgain: Sendable {
    let old: OldCall
    /// Nil for a side that is left as it is, or has no price.
    private(set) var sell: RatedSide?
    private(set) var buy: RatedSide?
    /// Why a side has no price.
    private(set) var missing: String?
    private let planID: UUID?

    /// Prices calls by `PricedCall`, as the pipeline does, with the rows that were found for them.
    static func rate(_ calls: [RepricedCall], _ session: Connection) async throws -> [RatedAgain] {
        let rates = try await UsedRates(session, of: calls.map(\.raw))
        let terms = try await BatchTerms(session, of: calls.map { PricedCall($0.raw, rates) }, rates)
        // What a call had used, or found used, when it was rated: counters have gone on since.
        var recorded: [Int: AccountUse.Recorded] = [:]
        for (position, call) in calls.enumerated() {
            for (place, use) in call.old.recordedUse {
                let number = BatchTerms.number(position, place)
                if terms.wishes[number] != nil { recorded[number] = use }
            }
        }
        var use = AccountUse(recorded: recorded)
        return calls.enumerated().map { position, call in RatedAgain(call, rates, terms, position, &use) }
    }

    private init(
        _ call: RepricedCall, _ rates: UsedRates, _ terms: BatchTerms, _ position: Int, _ use: inout AccountUse
    ) {
        (old, planID) = (call.old, call.planID)
        (sell, buy, missing) = (nil, nil, call.missingSell ?? call.missingBuy)
        // Each side by itself: what one lacks is no reason to leave the other.
        if call.sells, call.missingSell == nil {
            var raw = call.raw
            raw.buyRateID = nil
            do throws(UnpricedCall) {
                sell = try Self.rated(raw, rates, terms, position, &use).sell
            } catch { missing = error.reason }
        }
        if call.buys, call.missingBuy == nil {
            var raw = call.raw
            raw.sellRateID = nil
            do throws(UnpricedCall) {
                buy = try Self.rated(raw, rates, terms, position, &use).buy
            } catch { missing = missing ?? error.reason }
        }
    }

    private static func rated(
        _ raw: RawCall, _ rates: UsedRates, _ terms: BatchTerms, _ position: Int, _ use: inout AccountUse
    ) throws(UnpricedCall) -> RatedCDR {
        if let reason = raw.lack(in: rates) { throw UnpricedCall(reason: reason) }
        return try PricedCall(raw, rates).rated(terms, position, &use)
    }

    var differs: Bool {
        sell.map { $0.amount != old.sellAmount } ?? false || buy.map { $0.amount != old.buyAmount } ?? false
    }

    private var rating: JSONText {
        RatedCDR(raw: old.raw, sell: sell ?? .none, buy: buy ?? .none).rating
    }

    var isWorthKeeping: Bool { differs || missing != nil }

    static let columns = """
        tenant_id, id, rerate_run_id, started_at, cdr_id, level_charge_id, level, rate_plan_id, account_id,
        carrier_trunk_id, direction, prefix, currency, talk_ms, old_sell_amount, old_buy_amount, carried_before,
        sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s,
        sell_next_s, sell_billed_s, sell_amount, buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s,
        buy_next_s, buy_billed_s, buy_amount, rating, missing, state
        """

    /// Writes `columns`. The id is derived, so that a page that is rated twice is there once.
    func write(to writer: CopyWriter, of task: RerateTask) async throws(PostgresError) {
        try await writer.row(
            task.tenantID, UUID.v5(namespace: task.id, name: (old.level?.chargeID ?? old.raw.id).text), task.id,
            old.raw.startedAt, old.raw.id, old.level?.chargeID, Int32(old.level?.number ?? 0),
            old.level == nil ? nil : planID, old.raw.accountID, old.raw.carrierTrunkID, old.raw.direction, old.prefix,
            old.raw.currency,
            old.raw.talkMilliseconds, old.sellAmount, old.buyAmount, old.carried, sell?.rateID, sell?.rate,
            sell?.terms?.connectFee, sell?.initialSeconds, sell?.nextSeconds,
            sell.map { Int32(clamping: $0.billedSeconds) }, sell?.amount, buy?.rateID, buy?.rate,
            buy?.terms?.connectFee, buy?.initialSeconds, buy?.nextSeconds,
            buy.map { Int32(clamping: $0.billedSeconds) }, buy?.amount, rating, missing,
            differs ? "pending" : "unpriced")
    }
}
