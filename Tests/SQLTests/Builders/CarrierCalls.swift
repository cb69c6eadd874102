import Foundation
import Postgres
import TestSupport

/// A call as one of the two sides has it.
struct SideCall: Sendable {
    let id: UUID
    /// Seconds since 1970.
    var startedAt: Double
    var from = "+13055550100"
    var to: String
    var talkMilliseconds: Int
    var billedSeconds: Int
    var rate: Amount?
    var amount: Amount
    var jurisdiction = "interstate"

    /// Its price at its rate, rounded as ours are.
    static func price(_ seconds: Int, _ rate: Amount) -> Amount {
        Amount(units: (rate.units * Int64(seconds) * 2 + 60) / 120)
    }
}

extension Book {
    /// A carrier with a trunk and a comparison of October 2026, each with the id of the tenant; calls go over ID8.
    func carrier(tolerance: Int = 30_000) async throws {
        try await run(
            """
            insert into vendor_mgmt.vendors (tenant_id, id, name) values (TENANT, TENANT, 'Vendor');
            insert into vendor_mgmt.carriers (tenant_id, id, vendor_id) values (TENANT, TENANT, TENANT);
            insert into routing.carriers (tenant_id, id, vendor_carrier_id, name)
            values (TENANT, TENANT, TENANT, 'Carrier');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (TENANT, ID8, TENANT, 'A', 'a.example');
            insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency,
                                                 time_tolerance_ms)
            values (TENANT, TENANT, TENANT, '2026-10-01Z', '2026-11-01Z', 'USD', \(tolerance));
            """)
    }

    func ours(_ calls: [SideCall]) async throws {
        let rows = calls.map { call in
            """
            (TENANT, to_timestamp(\(call.startedAt)), '\(call.id)', ACCOUNT, ID8, 'outbound', '\(call.from)',
             '\(call.to)', '\(call.jurisdiction)', 'answered', 200, 'USD', \(call.talkMilliseconds),
             \(call.billedSeconds), TENANT, \(call.rate ?? .zero), 0, 6, 6, \(call.amount))
            """
        }
        try await run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                                          from_number, to_number, jurisdiction, disposition, sip_code, currency,
                                          talk_ms, buy_billed_s, buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s,
                                          buy_next_s, buy_amount)
            values \(rows.joined(separator: ",\n"))
            """)
    }

    func theirs(_ calls: [SideCall]) async throws {
        let rows = calls.map { call in
            """
            (TENANT, to_timestamp(\(call.startedAt)), '\(call.id)', TENANT, '\(call.from)', '\(call.to)',
             '\(call.jurisdiction)', \(call.talkMilliseconds), \(call.billedSeconds),
             \(call.rate?.description ?? "null")::numeric, \(call.amount), 'USD')
            """
        }
        try await run(
            """
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, from_number, to_number, jurisdiction,
                                        duration_ms, billed_s, rate, amount, currency)
            values \(rows.joined(separator: ",\n"))
            """)
    }

    /// Compares, and tells each class with its calls and both sides' money.
    func compare(_ run: String = "TENANT") async throws -> [String] {
        _ = try await read("select cdr.reconcile(TENANT, \(run))::text", as: tenant.database.engine)
        return try await read(
            """
            select concat_ws(' ', match_class, call_count, our_amount, their_amount)
              from cdr.reconciliation_classes
             where tenant_id = TENANT and reconciliation_run_id = \(run) order by match_class
            """)
    }
}
