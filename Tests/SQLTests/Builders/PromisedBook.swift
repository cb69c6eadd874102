import Postgres
import TestSupport

extension Book {
    /// A vendor with two trunks, a contract from February 2026 on, and sums of days: ID1 and ID2 are the trunks, ID3
    /// the contract; the vendor has the id of the tenant.
    func promised(_ targets: String, _ sums: [String]) async throws {
        try await run(
            """
            insert into vendor_mgmt.vendors (tenant_id, id, name) values (TENANT, TENANT, 'Vendor');
            insert into vendor_mgmt.carriers (tenant_id, id, vendor_id) values (TENANT, TENANT, TENANT);
            insert into routing.carriers (tenant_id, id, vendor_carrier_id, name)
            values (TENANT, TENANT, TENANT, 'Carrier'), (TENANT, ID9, null, 'Without terms');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (TENANT, ID1, TENANT, 'One', 'x.example'), (TENANT, ID2, TENANT, 'Two', 'x.example'),
                   (TENANT, ID8, ID9, 'Three', 'x.example');
            insert into vendor_mgmt.contracts (tenant_id, id, vendor_id, number, title, status, valid_from, targets)
            values (TENANT, ID3, TENANT, 'C-1', 'Voice', 'active', '2026-02-01+00', '\(targets)');
            """)
        try await days(sums)
    }

    /// Each is a day, a trunk, a direction, seizures, answered, effective, seconds and what they cost.
    func days(_ sums: [String]) async throws {
        try await run(
            """
            insert into cdr.daily_summary (tenant_id, day, carrier_trunk_id, direction, currency, calls, seizures,
                                           answered, effective, talk_ms, buy_amount, pdd_calls, pdd_ms, pdd_histogram,
                                           rolled_up_at)
            select TENANT, d.day::date, d.trunk, d.direction, 'USD', d.seizures, d.seizures, d.answered, d.effective,
                   d.talk_s * 1000, d.buy, d.answered, 0,
                   '{0,0,0,0,0,0,0}'::integer[] || d.answered || array_fill(0, array[13]), now()
              from (values \(sums.joined(separator: ", ")))
                   d (day, trunk, direction, seizures, answered, effective, talk_s, buy)
            on conflict (tenant_id, day, id) do update
               set seizures = excluded.seizures, answered = excluded.answered, effective = excluded.effective,
                   pdd_histogram = excluded.pdd_histogram, buy_amount = excluded.buy_amount;
            """)
    }

    /// Measures some days; returns how many measurements and breaches changed.
    func measure(_ from: String, _ until: String) async throws -> [String] {
        try await read(
            """
            select m.metrics || ' ' || m.breaches
              from vendor_mgmt.measure_calls(TENANT, '\(from)', '\(until)') m
            """, as: tenant.database.engine)
    }

    func breaches() async throws -> [String] {
        try await read(
            """
            select concat_ws(' ', metric, period, (period_from at time zone 'UTC')::date, round(target, 1),
                             round(value, 1), samples, bought_amount::float8, penalty_amount::float8, status)
              from vendor_mgmt.breaches where tenant_id = TENANT order by period_from, metric, period
            """)
    }
}
