import Foundation
import Postgres
import Telecom

/// A row of `cdr.enriched_cdr`: the call, and both its prices with the rates, increments and seconds they were made
/// from, so that each can be derived again to the last digit.
struct RatedCDR: Sendable {
    let raw: RawCall
    let sell: RatedSide
    let buy: RatedSide
    var ends = CallEnds()
    /// What the resellers above the account are charged, the nearest first.
    var levels: [RatedLevel] = []

    static let columns = "tenant_id, started_at, id, " + columnsAfterKey

    static let columnsAfterKey = """
        routing_id, account_id, trunk_id, carrier_trunk_id, direction, from_number,
        to_number, from_state, to_state, lrn, lrn_source, ported, ocn, lata, jurisdiction, jurisdiction_reason,
        disposition, sip_code,
        ringing_at, answered_at, ended_at, pdd_ms, talk_ms, currency, sell_rate_id, sell_rate, sell_connect_fee,
        sell_initial_s, sell_next_s, sell_billed_s, sell_amount, buy_rate_id, buy_rate, buy_connect_fee,
        buy_initial_s, buy_next_s, buy_billed_s, buy_amount, rating
        """

    /// The same of a row that is there already.
    static let excludedAfterKey = columnsAfterKey.split(whereSeparator: { $0 == "," || $0.isWhitespace })
        .map { "excluded.\($0)" }.joined(separator: ", ")

    /// Writes `columns`, and `posted_at` behind them.
    func write(to writer: CopyWriter, postedAt: Date? = nil) async throws(PostgresError) {
        try await writer.row(
            raw.tenantID, raw.startedAt, raw.id, raw.routingID, raw.accountID, raw.trunkID, raw.carrierTrunkID,
            raw.direction, raw.fromNumber, raw.toNumber, ends.fromState, ends.toState, ends.lrn, ends.lrnSource,
            ends.isPorted, ends.ocn, ends.lata, raw.jurisdiction?.rawValue, raw.jurisdictionReason, raw.disposition,
            Int32(raw.code), raw.ringingAt,
            raw.answeredAt, raw.endedAt,
            raw.postDialDelayMilliseconds.map { Int32(clamping: $0) }, raw.talkMilliseconds, raw.currency,
            sell.rateID, sell.rate, sell.terms?.connectFee, sell.initialSeconds, sell.nextSeconds,
            Int32(clamping: sell.billedSeconds), sell.amount, buy.rateID, buy.rate, buy.terms?.connectFee,
            buy.initialSeconds, buy.nextSeconds, Int32(clamping: buy.billedSeconds), buy.amount, rating, postedAt)
    }

    private static let nothing = JSONText("{}")

    /// What the amounts follow from beside the columns.
    var rating: JSONText {
        if sell.detail == nil, buy.detail == nil { return Self.nothing }
        return JSONText(
            JSONWriter.object { json in
                sell.detail?.write("sell", to: &json)
                buy.detail?.write("buy", to: &json)
            })
    }
}
