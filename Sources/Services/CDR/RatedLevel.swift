import Foundation
import Postgres
import Telecom

/// A reseller that a call is charged to beside the account that made it, by the reseller's own plan.
struct CallLevel: Sendable {
    /// Counts up from 1, the reseller that the account of the call is below of.
    let level: Int
    let accountID: UUID
    /// Whom it sells the call to.
    let belowAccountID: UUID
    let currency: String
    let planID: UUID
    let rateID: UUID
}

/// What a reseller is charged for a call: a row of `cdr.level_charges`.
struct RatedLevel: Sendable {
    let level: CallLevel
    let side: RatedSide
    /// What the account below pays.
    let soldAmount: Money
    let soldCurrency: String

    /// What is posted, once: the call and the reseller make the id.
    func id(of call: UUID) -> UUID { .v5(namespace: call, name: level.accountID.text) }

    /// Keeps the charges of a batch of calls; those that are there stay.
    static func store(_ calls: [RatedCDR], _ session: Connection) async throws {
        let charges = calls.flatMap { call in call.levels.map { (call.raw, $0) } }
        if charges.isEmpty { return }
        try await session.run(
            """
            insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level,
                                           rate_plan_id, rate_id, rate, connect_fee, initial_s, next_s, billed_s,
                                           currency, amount, sold_currency, sold_amount, rating, posted_at)
            select d.tenant_id, d.started_at, d.id, d.cdr_id, d.account_id, d.below_account_id, d.level, d.rate_plan_id,
                   d.rate_id, d.rate, d.connect_fee, d.initial_s, d.next_s, d.billed_s, d.currency, d.amount,
                   d.sold_currency, d.sold_amount, d.rating::jsonb, clock_timestamp()
              from unnest(\(charges.map(\.0.tenantID)), \(charges.map(\.0.startedAt)),
                          \(charges.map { $1.id(of: $0.id) }), \(charges.map(\.0.id)),
                          \(charges.map(\.1.level.accountID)), \(charges.map(\.1.level.belowAccountID)),
                          \(charges.map { Int32($0.1.level.level) }), \(charges.map(\.1.level.planID)),
                          \(NullableArray(charges.map(\.1.side.rateID))), \(NullableArray(charges.map(\.1.side.rate))),
                          \(NullableArray(charges.map(\.1.side.terms?.connectFee))),
                          \(NullableArray(charges.map(\.1.side.initialSeconds))),
                          \(NullableArray(charges.map(\.1.side.nextSeconds))),
                          \(charges.map { Int32(clamping: $0.1.side.billedSeconds) }),
                          \(charges.map(\.1.level.currency)), \(charges.map(\.1.side.amount)),
                          \(charges.map(\.1.soldCurrency)), \(charges.map(\.1.soldAmount)),
                          \(charges.map { $0.1.side.rating }))
                   as d (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level, rate_plan_id, rate_id,
                         rate, connect_fee, initial_s, next_s, billed_s, currency, amount, sold_currency, sold_amount,
                         rating)
            on conflict do nothing
            """, deadline: .seconds(60))
    }
}

extension RatedSide {
    /// Its detail as JSON, which is an object without any.
    var rating: String {
        guard let detail else { return "{}" }
        var json = JSONWriter()
        detail.write(nil, to: &json)
        return json.text
    }
}
