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
    /// Why it cannot be priced (`PriceBook`).
    var unpriced: String?
    /// What the router knew of both ends.
    var ends = CallEnds()
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

    /// Prices the call with the rows that the router chose.
    func rated(with rates: UsedRates, _ ends: CallEnds = CallEnds()) -> RatedCDR {
        RatedCDR(
            raw: self, sell: price(sellRateID.flatMap { rates.selling[TenantKey(tenantID, $0)] }),
            buy: price(buyRateID.flatMap { rates.buying[TenantKey(tenantID, $0)] }), ends: ends)
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
            ? "the row of the rate plan or deck that it was routed by is gone, or cannot be read" : nil
    }

    /// One side of the call, by the row that was chosen for it.
    func price(_ rate: UsedRate?) -> RatedSide {
        guard let rate, answeredAt != nil else {
            return RatedSide(rateID: nil, terms: nil, billedSeconds: 0, amount: .zero)
        }
        let terms = rate.terms(for: jurisdiction ?? .interstate)
        // Longer than any timer lets a call run: a damaged line, capped, so that it is seen and not lost.
        let talk = min(talkMilliseconds, RateTerms.maximumTalkSeconds * 1000)
        guard let terms, let price = try? terms.price(talkMilliseconds: talk) else {
            return RatedSide(rateID: nil, terms: nil, billedSeconds: 0, amount: .zero)
        }
        return RatedSide(rateID: rate.row.id, terms: terms, billedSeconds: price.billedSeconds, amount: price.amount)
    }
}

/// One side of a rated call, with all that it was made from.
struct RatedSide: Sendable {
    let rateID: UUID?
    let terms: RateTerms?
    let billedSeconds: Int64
    let amount: Money
}

/// A rate row with its deck's or plan's policy.
struct UsedRate: Sendable {
    let row: RateRow
    let indeterminate: IndeterminatePolicy

    func terms(for jurisdiction: Jurisdiction) -> RateTerms? {
        let rate = row.rates.rate(for: jurisdiction, indeterminate: indeterminate)
        return try? RateTerms(  // the table's checks are the same as these
            connectFee: row.connectFee, initialRate: row.initialRate ?? rate, nextRate: rate,
            initialIncrementSeconds: row.initialIncrementSeconds, nextIncrementSeconds: row.nextIncrementSeconds)
    }
}

/// The rate rows that a batch of calls names, of both sides.
struct UsedRates: Sendable {
    var selling: [TenantKey: UsedRate] = [:]
    var buying: [TenantKey: UsedRate] = [:]

    init(_ session: Connection, of calls: [RawCall]) async throws {
        let tenants = Array(Set(calls.map(\.tenantID)))
        selling = try Self.read(
            try await session.run(
                """
                select r.tenant_id, p.indeterminate_policy, \(RateColumns.sql)
                  from billing.voice_rates r
                  join billing.rate_plans p on p.tenant_id = r.tenant_id and p.id = r.rate_plan_id
                 where r.tenant_id = any (\(tenants)) and r.id = any (\(Array(Set(calls.compactMap(\.sellRateID)))))
                """))
        buying = try Self.read(
            try await session.run(
                """
                select r.tenant_id, d.indeterminate_policy, \(RateColumns.sql)
                  from routing.rate_deck r
                  join routing.decks d on d.tenant_id = r.tenant_id and d.id = r.deck_id
                 where r.tenant_id = any (\(tenants)) and r.id = any (\(Array(Set(calls.compactMap(\.buyRateID)))))
                """))
    }

    private static func read(_ rows: Rows) throws -> [TenantKey: UsedRate] {
        var rates: [TenantKey: UsedRate] = [:]
        for row in rows {
            // One that cannot be read is not there: its calls are set aside, and stop no others.
            guard let rate = try? RateColumns.read(row, from: 2) else { continue }
            let policy = IndeterminatePolicy(rawValue: try row.column(1)) ?? .own
            rates[TenantKey(try row.column(0), rate.id)] = UsedRate(row: rate, indeterminate: policy)
        }
        return rates
    }
}
