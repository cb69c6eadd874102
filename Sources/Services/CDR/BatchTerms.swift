import Foundation
import Postgres
import Telecom

/// What the lists of a batch of calls say beside their rows, by the numbers of the sides that it was found for.
struct BatchTerms: Sendable {
    /// The positions of the calls, in the order in which they are priced.
    let order: [Int]
    /// What counters are asked for.
    private(set) var wishes: [Int: AccountUse.Wish] = [:]
    /// Whether a plan of these calls includes seconds.
    private(set) var hasBundles = false
    private var extras: [Int: RateExtras] = [:]
    private var exchanges: [Int: (currency: String, factor: ExchangeFactor?)] = [:]

    /// A call has a few resellers above it at most.
    private static let placesOfCall = 64

    static func number(_ position: Int, _ place: Int) -> Int { position * placesOfCall + place }

    init(_ session: Connection, of calls: [PricedCall], _ rates: UsedRates) async throws {
        order = calls.indices.sorted { left, right in
            let (left, right) = (calls[left].raw, calls[right].raw)
            return (left.pricedAt, left.id) < (right.pricedAt, right.id)
        }
        guard let first = order.first, let last = order.last else { return }
        let asOf = calls[first].raw.pricesAsOf
        let begin = [calls[first].raw.pricedAt, asOf].compactMap(\.self).min() ?? calls[first].raw.pricedAt
        let end = [calls[last].raw.pricedAt, asOf].compactMap(\.self).max() ?? calls[last].raw.pricedAt
        let used = try await UsedExtras(session, of: rates.lists, from: begin, to: end)
        let bundles = try await UsedBundles(session, of: rates.plans)
        hasBundles = !bundles.isEmpty
        var pairs: Set<UsedExchange.Pair> = []
        for call in calls { call.addExchanges(to: &pairs) }
        let exchange = try await UsedExchange(session, for: pairs, until: end)
        if used.isEmpty, bundles.isEmpty, pairs.isEmpty { return }
        let counted = try await Self.countedBefore(calls.map(\.raw), session)
        for (position, call) in calls.enumerated() {
            for (place, side) in call.sides {
                let number = Self.number(position, place)
                if let pair = side.exchange(of: call.raw.tenantID) {
                    exchanges[number] = (pair.from, exchange.factor(pair, at: call.raw.pricedAt))
                }
                guard let key = call.raw.key(of: side.rate) else { continue }
                let match = used.match(key)
                extras[number] = match?.extras
                if call.raw.answeredAt == nil || counted[call.raw.id]?.has(side) ?? false { continue }
                let wish = AccountUse.Wish(
                    key: key, accountID: side.accountID,
                    prefix: match.flatMap { side.countsUse && $0.extras.countsUse ? $0.prefix : nil },
                    bundles: side.accountID == nil ? [] : bundles.matching(key),
                    routingID: call.raw.routingID)
                if wish.prefix != nil || !wish.bundles.isEmpty { wishes[number] = wish }
            }
        }
    }

    /// Which sides of a call have counted what it used.
    private enum Counted {
        case buying
        case both

        func has(_ side: CallSide) -> Bool { self == .both || side.accountID == nil }
    }

    /// Records that were changed after they had been rated: what they used is counted, of what was nobody's on the
    /// buying side.
    private static func countedBefore(
        _ calls: [RawCall], _ session: Connection
    ) async throws -> [UUID: Counted] {
        let changed = calls.filter(\.wasChanged)
        if changed.isEmpty { return [:] }
        let rows = try await session.run(
            """
            select e.id, e.account_id is null
              from unnest(\(changed.map(\.tenantID)), \(changed.map(\.startedAt)), \(changed.map(\.id)))
                   as d (tenant_id, started_at, id)
              join cdr.enriched_cdr e
                on e.tenant_id = d.tenant_id and e.started_at = d.started_at and e.id = d.id
             where e.disposition <> \(RawCall.lost)
            """
        ).decode(UUID.self, Bool.self)
        return Dictionary(rows.map { ($0, $1 ? .buying : .both) }) { first, _ in first }
    }

    func extras(_ number: Int) -> RateExtras? { extras.isEmpty ? nil : extras[number] }

    /// - Returns: nil where nothing is to be exchanged.
    func exchange(_ number: Int) -> (currency: String, factor: ExchangeFactor?)? {
        exchanges.isEmpty ? nil : exchanges[number]
    }

    /// The currency of the prices where it is another than that of the amount.
    func currency(_ position: Int, _ place: Int) -> String? { exchange(Self.number(position, place))?.currency }
}

extension CallSide {
    /// Nobody's calls have no use: what is not billed to an account is counted for none.
    fileprivate var countsUse: Bool {
        guard case .plan? = rate.list else { return true }
        return accountID != nil
    }
}

extension RawCall {
    /// When prices, extras and rates of exchange are taken of.
    var pricedAt: Date { answeredAt ?? startedAt }

    /// What is told to the rules of how it ended.
    var outcome: CallOutcome { CallOutcome(rawValue: disposition) ?? .failed }

    /// A side of the call; nil where its row has no price for the jurisdiction.
    func side(_ rate: UsedRate, of account: UUID?, in currency: String? = nil) -> CallSide? {
        guard let terms = rate.terms(for: jurisdiction ?? .interstate) else { return nil }
        return CallSide(rate: rate, terms: terms, accountID: account, currency: currency ?? self.currency)
    }

    /// What the extras of a row's list are looked up by; nil without a number. Carriers bill by the routing number of a
    /// ported number, as the router looks them up.
    func key(of rate: UsedRate) -> ExtrasKey? {
        guard let list = rate.list else { return nil }
        var number = toNumber
        if case .deck = list { number = ends.lrn ?? toNumber }
        return number.flatMap { E164($0) }.map {
            ExtrasKey(
                tenantID: tenantID, list: list, isInbound: isSoldInbound(list), number: $0, at: pricesAsOf ?? pricedAt)
        }
    }

    private func isSoldInbound(_ list: ExtrasKey.List) -> Bool {
        guard case .plan = list else { return false }
        return direction == "inbound"
    }

    /// The price of a side. What was not answered costs at most its attempt, and then has no rate unless that costs.
    func price(
        _ side: CallSide, _ terms: BatchTerms, _ number: Int, _ use: AccountUse
    ) throws(UnpricedCall) -> (RatedSide, CallPrice?) {
        let extras = terms.extras(number)
        if answeredAt == nil, extras == nil { return (.none, nil) }
        let before = use.before(number)
        var call = CallUse(
            talkMilliseconds: billableMilliseconds, answeredMicroseconds: pricedAt.microseconds, outcome: outcome,
            usedSecondsBefore: before.used, includedSeconds: before.included)
        if let exchange = terms.exchange(number) {
            guard let factor = exchange.factor else {
                throw UnpricedCall(
                    reason: "no rate of exchange from \(exchange.currency) to \(side.currency) when it was answered")
            }
            call.exchange = factor
        }
        let price: CallPrice
        do throws(RatingError) {
            price = try RatingRules(terms: side.terms, rateID: side.rate.row.id, extras: extras).price(call)
        } catch {
            throw UnpricedCall(reason: "its price cannot be told: \(error)")
        }
        if answeredAt == nil, price.amount == .zero { return (.none, nil) }
        return (
            RatedSide(
                rateID: side.rate.row.id, terms: side.terms, billedSeconds: price.billedSeconds, amount: price.amount),
            price
        )
    }
}
