import Foundation
import Postgres
import Telecom

/// A rate row with what its deck or plan says of all rows.
struct UsedRate: Sendable {
    let row: RateRow
    let indeterminate: IndeterminatePolicy
    /// What it is a row of; nil where nobody asks for more than its price.
    var list: ExtrasKey.List?
    /// What the list is in; nil for that of the call.
    var currency: String?

    func terms(for jurisdiction: Jurisdiction) -> RateTerms? {
        let rate = row.rates.rate(for: jurisdiction, indeterminate: indeterminate)
        return try? RateTerms(  // the table's checks are the same as these
            connectFee: row.connectFee, initialRate: row.initialRate ?? rate, nextRate: rate,
            initialIncrementSeconds: row.initialIncrementSeconds, nextIncrementSeconds: row.nextIncrementSeconds)
    }
}

/// The rate rows that a batch of calls names, of both sides and of the resellers between.
struct UsedRates: Sendable {
    var selling: [TenantKey: UsedRate] = [:]
    var buying: [TenantKey: UsedRate] = [:]

    init(_ session: Connection, of calls: [RawCall]) async throws {
        let tenants = Array(Set(calls.map(\.tenantID)))
        var sold = Set(calls.compactMap(\.sellRateID))
        for call in calls where !call.levels.isEmpty { sold.formUnion(call.levels.map(\.rateID)) }
        let rows = try await session.run(
            [
                """
                select r.tenant_id, p.indeterminate_policy, p.id, p.currency, \(RateColumns.sql)
                  from billing.voice_rates r
                  join billing.rate_plans p on p.tenant_id = r.tenant_id and p.id = r.rate_plan_id
                 where r.tenant_id = any (\(tenants)) and r.id = any (\(Array(sold)))
                """,
                """
                select r.tenant_id, d.indeterminate_policy, d.id, d.currency, \(RateColumns.sql)
                  from routing.rate_deck r
                  join routing.decks d on d.tenant_id = r.tenant_id and d.id = r.deck_id
                 where r.tenant_id = any (\(tenants)) and r.id = any (\(Array(Set(calls.compactMap(\.buyRateID)))))
                """,
            ])
        selling = try Self.read(rows[0]) { .plan($0) }
        buying = try Self.read(rows[1]) { .deck($0) }
    }

    /// The plans that calls are sold by, and the decks that they are bought by.
    var lists: Set<UsedExtras.List> {
        var lists: Set<UsedExtras.List> = []
        for (key, rate) in selling {
            if let list = rate.list { lists.insert(.init(tenantID: key.tenantID, list: list)) }
        }
        for (key, rate) in buying {
            if let list = rate.list { lists.insert(.init(tenantID: key.tenantID, list: list)) }
        }
        return lists
    }

    var plans: Set<TenantKey> {
        Set(
            lists.compactMap { list in
                if case .plan(let id) = list.list { TenantKey(list.tenantID, id) } else { nil }
            })
    }

    private static func read(_ rows: Rows, _ list: (UUID) -> ExtrasKey.List) throws -> [TenantKey: UsedRate] {
        var rates: [TenantKey: UsedRate] = [:]
        for row in rows {
            // One that cannot be read is not there: its calls are set aside, and stop no others.
            guard let rate = try? RateColumns.read(row, from: 4) else { continue }
            let policy = IndeterminatePolicy(rawValue: try row.column(1)) ?? .own
            rates[TenantKey(try row.column(0), rate.id)] = UsedRate(
                row: rate, indeterminate: policy, list: list(try row.column(2)), currency: try row.column(3))
        }
        return rates
    }
}
