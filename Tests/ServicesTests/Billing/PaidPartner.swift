import Foundation
import Postgres
import Services
import TestSupport

/// An operator with a publisher, and a reseller with a customer, who are to be paid.
struct PaidPartner: Sendable {
    let id = UUID.v7()
    let database: TestDatabase

    init(_ database: TestDatabase) async throws {
        self.database = database
        try await run(
            """
            insert into core.tenants (id, slug, name) values (TENANT, 't' || TENANT::text, 'Operator');
            insert into billing.legal_entities (tenant_id, id, name, legal_name, street, city, region, postal_code,
                                                country, email, invoice_prefix, credit_note_prefix, is_default)
            values (TENANT, TENANT, 'Seller', 'Tidewater Voice Inc.', '1 Harbor Way', 'Norfolk', 'VA', '23510', 'US',
                    'payouts@tidewater.example', 'INV-', 'CN-', true);
            insert into accounts.accounts (tenant_id, id, ban, name, kind, time_zone)
            values (TENANT, TENANT, upper(right(TENANT::text, 12)), 'Reseller', 'reseller', 'America/New_York');
            insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id)
            values (TENANT, md5(TENANT::text)::uuid, upper(right(TENANT::text, 12)) || '-1', 'Shop', TENANT);
            insert into billing.rate_plans (tenant_id, id, name) values (TENANT, TENANT, 'Plan');
            insert into tracking.publishers (tenant_id, id, account_id, name, code, email)
            values (TENANT, TENANT, TENANT, 'Leads & Co', 'LEADS', 'pay@leads.example');
            insert into tracking.campaigns (tenant_id, id, account_id, name, code)
            values (TENANT, TENANT, TENANT, 'Campaign', 'c');
            """)
    }

    /// Statements of the owner; TENANT stands for the id.
    func run(_ text: String) async throws {
        let script = text.replacing("TENANT", with: "'\(id.uuidString.lowercased())'::uuid")
        try await database.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    /// A call of 110 s that earned something.
    @discardableResult
    func convert(
        _ amount: String, on time: String, status: String = "approved", corrects: UUID? = nil
    ) async throws -> UUID {
        let (conversion, call) = (UUID(), UUID())
        try await database.owner.run(
            """
            insert into tracking.calls (tenant_id, started_at, id, account_id, campaign_id, publisher_id, caller_id,
                did, status, call_connected_timestamp, call_complete_timestamp, duration_ms, connected_duration_ms,
                no_conversion_reason, no_payout_reason)
            values (\(id), \(time)::text::timestamptz, \(call), \(id), \(id), \(id), '+12125550100', '+18005550100',
                    'completed', \(time)::text::timestamptz + interval '10 s',
                    \(time)::text::timestamptz + interval '120 s', 120000, 110000, 'below_length', 'below_length')
            """)
        try await database.owner.run(
            """
            insert into tracking.conversions (tenant_id, id, account_id, side, source, status, call_started_at, call_id,
                campaign_id, publisher_id, corrects_conversion_id, reason, amount, currency, occurred_at,
                idempotency_key, decided_at)
            values (\(id), \(conversion), \(id), 'payout', \(corrects == nil ? "postback" : "adjustment"), \(status),
                    \(time)::text::timestamptz, \(call), \(id), \(id), \(corrects),
                    \(corrects.map { _ in "wrong number" }), \(amount)::text::numeric, 'USD',
                    \(time)::text::timestamptz, \(conversion)::text,
                    case when \(status) = 'approved' then now() end)
            """)
        return conversion
    }

    /// A draft of a payout with items: kind, conversion, description, amount.
    func pay(
        _ number: String, _ items: [(String, UUID?, String, String)], from: String = "2026-10-01",
        until: String = "2026-11-01"
    ) async throws {
        let payout = UUID()
        try await database.owner.run(
            """
            insert into billing.payouts (tenant_id, id, account_id, payee_kind, publisher_id, statement_number,
                                         currency, period_from, period_to, due_on, destination_label,
                                         idempotency_key)
            values (\(id), \(payout), \(id), 'publisher', \(id), \(number), 'USD',
                    \(from)::text::timestamp at time zone 'America/New_York',
                    \(until)::text::timestamp at time zone 'America/New_York', '2026-11-30', 'First Harbor Bank 6789',
                    \(number))
            """)
        for (kind, conversion, description, amount) in items {
            try await database.owner.run(
                """
                insert into billing.payout_items (tenant_id, account_id, payout_id, kind, conversion_id, description,
                                                  amount)
                values (\(id), \(id), \(payout), \(kind), \(conversion), \(description), \(amount)::text::numeric)
                """)
        }
    }

    /// What the reseller is charged for a call of its customer, and what that one pays.
    func levelCharge(_ amount: String, sold: String, at time: String, currency: String = "USD") async throws {
        try await database.owner.run(
            """
            insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level,
                rate_plan_id, rate_id, rate, connect_fee, initial_s, next_s, billed_s, currency, amount, sold_currency,
                sold_amount)
            values (\(id), \(time)::text::timestamptz, \(UUID()), \(UUID()), \(id), md5(\(id)::text)::uuid, 1, \(id),
                    \(id), 0.05, 0, 60, 60, 60, 'USD', \(amount)::text::numeric, \(currency), \(sold)::text::numeric)
            """)
    }
}
