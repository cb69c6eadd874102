import Foundation
import Postgres
import Telecom

/// The rates of exchange that a batch of calls needs, by the rule of `billing.convert()`: the pair as it was quoted,
/// else the other way round; of each the latest that holds.
struct UsedExchange: Sendable {
    struct Pair: Sendable, Hashable {
        let tenantID: UUID
        let from: String
        let to: String
    }

    /// Of each pair, what holds from when; the one that counts first.
    private var factors: [Pair: [(from: Date, factor: ExchangeFactor)]] = [:]

    init(_ session: Connection, for pairs: Set<Pair>, until last: Date) async throws {
        if pairs.isEmpty { return }
        let pairs = Array(pairs)
        let rows = try await session.run(
            """
            select p.tenant_id, p.from_currency, p.to_currency, e.base <> p.from_currency, e.rate, e.valid_from
              from unnest(\(pairs.map(\.tenantID)), \(pairs.map(\.from)), \(pairs.map(\.to)))
                   as p (tenant_id, from_currency, to_currency)
              join billing.exchange_rates e
                on e.tenant_id = p.tenant_id and e.valid_from <= \(last)
               and (e.base = p.from_currency and e.quote = p.to_currency
                    or e.base = p.to_currency and e.quote = p.from_currency)
             order by e.base = p.from_currency desc, e.valid_from desc
            """
        ).decode(UUID.self, String.self, String.self, Bool.self, Money.self, Date.self)
        for (tenant, from, to, isInverse, rate, begins) in rows {
            guard let factor = ExchangeFactor(rate: rate, isInverse: isInverse) else { continue }
            factors[Pair(tenantID: tenant, from: from, to: to), default: []].append((begins, factor))
        }
    }

    /// What held at an instant; nil for nothing.
    func factor(_ pair: Pair, at time: Date) -> ExchangeFactor? {
        factors[pair]?.first { $0.from <= time }?.factor
    }
}
