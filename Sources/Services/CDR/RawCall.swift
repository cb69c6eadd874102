import Foundation
import Postgres
import Telecom

/// A CDR as the edge left it, with what the router knew about the call.
struct RawCall: Sendable {
    let tenantID: UUID
    let startedAt: Date
    let id: UUID
    let routingID: UUID?
    var accountID: UUID?
    let trunkID: UUID?
    let carrierTrunkID: UUID?
    let direction: String
    let fromNumber: String?
    let toNumber: String?
    var jurisdiction: Jurisdiction?
    var jurisdictionReason: String?
    let code: Int
    let ringingAt: Date?
    let answeredAt: Date?
    let endedAt: Date?
    let talkMilliseconds: Int64
    let hangup: String
    var sellRateID: UUID?
    var buyRateID: UUID?
    /// Of the account, or else of the operator.
    var currency: String
    /// Whether what a router knew of it is in here.
    var isRouted = true
    /// Whether the record was changed since it came, so that the call may have been rated before.
    var wasChanged = false
    /// Every carrier trunk tried and what it said: id:code;…
    var attempts = ""
    /// Why it cannot be priced (`PriceBook`).
    var unpriced: String?
    /// What the router knew of both ends.
    var ends = CallEnds()
    /// The resellers above the account that are charged as well, the nearest first (`PriceBook`).
    var levels: [CallLevel] = []
    /// The time whose extras are taken in place of those of the answer (`RerateCalls`).
    var pricesAsOf: Date?
}

extension RawCall {
    init(_ row: Row) throws(PostgresError) {
        tenantID = try row.column(0)
        startedAt = try row.column(1)
        id = try row.column(2)
        routingID = try row.column(3)
        accountID = try row.column(4)
        trunkID = try row.column(5)
        carrierTrunkID = try row.column(6)
        direction = Self.known(try row.column(7))
        fromNumber = try row.column(8, as: String?.self).flatMap { E164($0)?.description }
        toNumber = try row.column(9, as: String?.self).flatMap { E164($0)?.description }
        jurisdiction = try row.column(10, as: String?.self).flatMap { Jurisdiction(rawValue: $0) }
        jurisdictionReason = try row.column(11)
        code = try row.column(12)
        ringingAt = try row.column(13)
        answeredAt = try row.column(14)
        endedAt = try row.column(15)
        talkMilliseconds = answeredAt == nil ? 0 : try row.column(16)
        hangup = try row.column(17)
        sellRateID = try row.column(18)
        buyRateID = try row.column(19)
        currency = try row.column(20)
        ends = CallEnds(
            fromState: try row.column(21), toState: try row.column(22), lata: try row.column(23),
            lrn: try row.column(24), lrnSource: try row.column(25), isPorted: try row.column(26))
        isRouted = try row.column(27)
        wasChanged = try row.column(28)
        attempts = try row.column(29)
    }

    /// A record may say what it likes; one that makes no sense must not stop the records behind it.
    private static func known(_ direction: String) -> String {
        ["outbound", "inbound", "emergency"].contains(direction) ? direction : "unknown"
    }

    /// Who ended a call that the edge lost (`CloseLostCalls`).
    static let lost = "lost"

    /// Whether this record was made because none came from the edge.
    var isLost: Bool { hangup == Self.lost && answeredAt == nil }

    /// How the call ended, for people and statistics.
    var disposition: String {
        if answeredAt != nil { return "answered" }
        if isLost { return Self.lost }
        if hangup == "router" { return "refused" }
        if hangup == "cancel" || code == 487 { return "cancelled" }
        switch code {
        case 486, 600: return "busy"
        case 408, 480: return ringingAt == nil ? "failed" : "no_answer"
        default: return "failed"
        }
    }

    /// From the INVITE to the first sign of the far end, in milliseconds.
    var postDialDelayMilliseconds: Int? {
        (ringingAt ?? answeredAt).map { Int((max($0.timeIntervalSince(startedAt), 0) * 1000).rounded()) }
    }

    /// Why it has no price although it was answered; nil when it has, or needs none.
    func lack(in rates: UsedRates) -> String? {
        guard answeredAt != nil else { return nil }
        if let unpriced { return unpriced }
        func isGone(_ id: UUID?, _ known: [TenantKey: UsedRate]) -> Bool {
            guard let id else { return false }
            return known[TenantKey(tenantID, id)]?.terms(for: jurisdiction ?? .interstate) == nil
        }
        return isGone(sellRateID, rates.selling) || isGone(buyRateID, rates.buying)
            || levels.contains { isGone($0.rateID, rates.selling) }
            ? "the row of the rate plan or deck that it was routed by is gone, or cannot be read" : nil
    }

    /// Longer than any timer lets a call run is a damaged line, capped, so that it is seen and not lost.
    var billableMilliseconds: Int64 { min(talkMilliseconds, RateTerms.maximumTalkSeconds * 1000) }

    /// One side of the call by its row alone: what it costs where the list says nothing beside its rows.
    func price(_ rate: UsedRate?) -> RatedSide {
        guard answeredAt != nil, let rate, let terms = rate.terms(for: jurisdiction ?? .interstate) else {
            return .none
        }
        let use = CallUse(talkMilliseconds: billableMilliseconds, answeredMicroseconds: pricedAt.microseconds)
        guard let price = try? RatingRules(terms: terms, rateID: rate.row.id).price(use) else { return .none }
        return RatedSide(
            rateID: rate.row.id, terms: terms, billedSeconds: price.billedSeconds, amount: price.amount)
    }
}
