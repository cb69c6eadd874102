import Foundation
import Postgres
import Telecom

/// Prices a batch of calls on every side: what the account pays, what the carrier is paid, and what the resellers
/// between are charged; all by `RatingRules`, with the rows, extras, bundles and rates of exchange of the answer.
///
/// Calls are priced in the order in which they were answered, for what one has used the next one finds used.
struct RatingBatch: Sendable {
    /// In the order of the calls, without those that are set aside.
    private(set) var rated: [RatedCDR] = []
    /// What cannot be priced: rated at nothing it would be a gift that nobody sees.
    private(set) var aside: [(RawCall, reason: String)] = []

    /// - Parameter calls: with the rows that they are priced by.
    init(_ session: Connection, of calls: [RawCall]) async throws {
        let rates = try await UsedRates(session, of: calls)
        var priced: [PricedCall] = []
        priced.reserveCapacity(calls.count)
        for call in calls {
            if let reason = call.lack(in: rates) {
                aside.append((call, reason))
            } else {
                priced.append(PricedCall(call, rates))
            }
        }
        let terms = try await BatchTerms(session, of: priced, rates)
        let held = terms.hasBundles ? try await BundleHolds(session, endedWith: calls) : BundleHolds()
        var use = try await AccountUse(session, for: terms.wishes, held)
        var results: [RatedCDR?] = Array(repeating: nil, count: priced.count)
        for position in terms.order {
            do throws(UnpricedCall) {
                results[position] = try priced[position].rated(terms, position, &use)
            } catch {
                aside.append((priced[position].raw, error.reason))
            }
        }
        rated = results.compactMap(\.self)
        try await use.store(session)
    }
}

/// Why a call has no price.
struct UnpricedCall: Error {
    let reason: String
}

/// A call with the sides that somebody pays for.
struct PricedCall: Sendable {
    let raw: RawCall
    let sell: CallSide?
    let buy: CallSide?
    let levels: [CallSide?]

    init(_ call: RawCall, _ rates: UsedRates) {
        raw = call
        sell = call.sellRateID.flatMap { rates.selling[TenantKey(call.tenantID, $0)] }.flatMap {
            // Nobody's calls stay in the currency of their prices.
            call.side($0, of: call.accountID, in: call.accountID == nil ? $0.currency : nil)
        }
        buy = call.buyRateID.flatMap { rates.buying[TenantKey(call.tenantID, $0)] }.flatMap {
            call.side($0, of: nil)
        }
        levels = call.levels.map { level in
            rates.selling[TenantKey(call.tenantID, level.rateID)].flatMap {
                call.side($0, of: level.accountID, in: level.currency)
            }
        }
    }

    /// The sides with the places that their wishes are numbered by.
    var sides: [(place: Int, side: CallSide)] {
        var sides: [(Int, CallSide)] = []
        if let sell { sides.append((0, sell)) }
        if let buy { sides.append((1, buy)) }
        for (position, level) in levels.enumerated() {
            if let level { sides.append((2 + position, level)) }
        }
        return sides
    }

    func addExchanges(to pairs: inout Set<UsedExchange.Pair>) {
        if let pair = sell?.exchange(of: raw.tenantID) { pairs.insert(pair) }
        if let pair = buy?.exchange(of: raw.tenantID) { pairs.insert(pair) }
        for level in levels {
            if let pair = level?.exchange(of: raw.tenantID) { pairs.insert(pair) }
        }
    }

    func rated(_ terms: BatchTerms, _ position: Int, _ use: inout AccountUse) throws(UnpricedCall) -> RatedCDR {
        func price(_ side: CallSide?, _ place: Int) throws(UnpricedCall) -> (RatedSide, CallPrice?) {
            guard let side else { return (.none, nil) }
            return try raw.price(side, terms, BatchTerms.number(position, place), use)
        }
        let priced = (try price(sell, 0), try price(buy, 1))
        var above: [(RatedSide, CallPrice?)] = []
        for (place, level) in levels.enumerated() { above.append(try price(level, 2 + place)) }
        // Only now, when nothing can fail any more.
        func taken(_ result: (RatedSide, CallPrice?), _ place: Int) -> RatedSide {
            guard let price = result.1 else { return result.0 }
            var side = result.0
            let before = use.before(BatchTerms.number(position, place))
            let shares = use.take(BatchTerms.number(position, place), price)
            side.detail = RatingDetail(
                price, usedBefore: terms.wishes[BatchTerms.number(position, place)]?.prefix.map { _ in before.used },
                shares: shares, pricedIn: terms.currency(position, place))
            return side
        }
        var call = RatedCDR(raw: raw, sell: taken(priced.0, 0), buy: taken(priced.1, 1))
        var (soldAmount, soldCurrency) = (call.sell.amount, raw.currency)
        for (place, level) in raw.levels.enumerated() {
            let side = taken(above[place], 2 + place)
            if raw.answeredAt == nil, side.amount == .zero { continue }
            call.levels.append(
                RatedLevel(level: level, side: side, soldAmount: soldAmount, soldCurrency: soldCurrency))
            (soldAmount, soldCurrency) = (side.amount, level.currency)
        }
        return call
    }
}
