import Foundation
import Postgres
import TestSupport
import Testing

/// A payout to the publisher of a test's campaign.
struct Payout: Sendable {
    let campaign: Campaign
    let id: UUID
}

extension Campaign {
    /// What a call earned; `corrects` makes it a correction of that.
    func conversion(
        _ amount: Amount, call: UUID = UUID(), key: String? = nil, corrects: UUID? = nil
    ) async throws -> UUID {
        let conversion = UUID()
        try await tenant.database.engine.run(
            """
            insert into tracking.conversions (tenant_id, id, account_id, side, source, call_started_at, call_id,
                                              campaign_id, publisher_id, corrects_conversion_id, reason, amount,
                                              currency, idempotency_key)
            values (\(tenant.id), \(conversion), \(id), 'payout', \(corrects == nil ? "postback" : "adjustment"),
                    '2026-11-01', \(call), \(id), \(id), \(corrects), \(corrects.map { _ in "wrong number" }),
                    \(amount), 'USD', \(key ?? conversion.uuidString))
            """)
        return conversion
    }

    /// Makes a draft for November.
    func payout(id payout: UUID = UUID(), currency: String = "USD") async throws -> Payout {
        try await tenant.database.engine.run(
            """
            insert into billing.payouts (tenant_id, id, account_id, payee_kind, publisher_id, statement_number,
                                         currency, period_from, period_to, idempotency_key)
            values (\(tenant.id), \(payout), \(id), 'publisher', \(id), \(payout.uuidString), \(currency),
                    '2026-11-01', '2026-12-01', \(payout.uuidString))
            """)
        return Payout(campaign: self, id: payout)
    }
}

extension Payout {
    var tenant: Tenant { campaign.tenant }

    func add(_ amount: Amount, for conversion: UUID?) async throws {
        try await tenant.database.engine.run(
            """
            insert into billing.payout_items (tenant_id, account_id, payout_id, kind, conversion_id, description,
                                              amount)
            values (\(tenant.id), \(campaign.id), \(id), 'earning', \(conversion), 'x', \(amount))
            """)
    }

    /// Changes columns of the payout, as they stand in SQL; what that is refused with.
    func change(_ columns: String) async throws -> Refusal? {
        try await Refusal.of {
            try await tenant.database.engine.run(
                "update billing.payouts set \(unescaped: columns) where tenant_id = \(tenant.id) and id = \(id)")
        }
    }

    func amount() async throws -> Amount? {
        try await tenant.database.engine.run(
            "select amount from billing.payouts where tenant_id = \(tenant.id) and id = \(id)"
        ).value(Amount.self)
    }
}
