package import Foundation
import Postgres

/// A small market whose calls can be priced by hand: what decks, plans and rules would have made of them.
///
/// Carrier trunk A sells 44 for 0.01, 49 for 0.01 and 33 for 0.02 a minute by whole minutes, 4420 for 0.012 by six
/// seconds; B sells 44 for 0.02 by whole minutes. Harbor pays 0.05 for 44 and 49 by whole minutes, 0.04 for 33 by six
/// seconds. Its calls, one, two … hours ago:
///
///     hours  number         seconds  sold  cost of A
///     1      +442079460000       61  0.10     0.0132  (66 s)
///     2      +447700900123       60  0.05     0.01
///     3      +493012345678      120  0.10     0.02
///     4      +33140000000        30  0.02     0.02
///     5      +442079460001        0  0        0       (went to B)
package struct WhatIfMarket {
    package let tenant = UUID()
    /// When the calls are counted from.
    package let now: Date

    package var slug: String { "what-if-\(tenant.uuidString.lowercased().prefix(8))" }

    package init(_ db: TestDatabase, now: Date = Date()) async throws {
        self.now = now
        let seconds = Int(now.timeIntervalSince1970)
        let script = Self.script.replacing("TENANT", with: "'\(tenant.uuidString)'::uuid")
            .replacing("OTHER", with: "'\(UUID().uuidString)'::uuid")
            .replacing("PLAN", with: "'\(UUID().uuidString)'::uuid")
            .replacing("SLUG", with: "'\(slug)'").replacing("NOW", with: "to_timestamp(\(seconds))")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    private static let script = """
        insert into core.tenants (id, slug, name) values (TENANT, SLUG, 'x');
        insert into accounts.accounts (tenant_id, id, ban, name)
        values (TENANT, TENANT, 'H-' || left(TENANT::text, 4), 'Harbor');
        insert into routing.destination_rules (tenant_id, prefix, effect, valid_from)
        select TENANT, p, 'allow', '2020-01-01' from unnest(array['44', '49', '33']) p;
        insert into routing.carriers (tenant_id, id, name) values (TENANT, TENANT, 'C');
        insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
        values (TENANT, TENANT, TENANT, 'A', 'a.example'), (TENANT, OTHER, TENANT, 'B', 'b.example');
        insert into routing.decks (tenant_id, id, carrier_trunk_id, name)
        values (TENANT, TENANT, TENANT, 'A'), (TENANT, OTHER, OTHER, 'B');
        insert into routing.rate_deck (tenant_id, deck_id, prefix, destination, rate, initial_increment_s,
                                       next_increment_s, valid_from)
        values (TENANT, TENANT, '44', 'UK', 0.01, 60, 60, '2020-01-01'),
               (TENANT, TENANT, '4420', 'UK, London', 0.012, 6, 6, '2020-01-01'),
               (TENANT, TENANT, '49', 'Germany', 0.01, 60, 60, '2020-01-01'),
               (TENANT, TENANT, '33', 'France', 0.02, 60, 60, '2020-01-01'),
               (TENANT, OTHER, '44', 'UK', 0.02, 60, 60, '2020-01-01');
        insert into routing.trunks (tenant_id, id, account_id, name, caller_id_policy)
        values (TENANT, TENANT, TENANT, 'PBX', 'any');
        insert into billing.rate_plans (tenant_id, id, name) values (TENANT, PLAN, 'Retail');
        insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, destination, rate, initial_increment_s,
                                         next_increment_s, valid_from)
        values (TENANT, PLAN, '44', 'UK', 0.05, 60, 60, '2020-01-01'),
               (TENANT, PLAN, '49', 'Germany', 0.05, 60, 60, '2020-01-01'),
               (TENANT, PLAN, '33', 'France', 0.04, 6, 6, '2020-01-01');
        insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
        values (TENANT, TENANT, PLAN, '2020-01-01');
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, trunk_id, carrier_trunk_id, direction,
                                      from_number, to_number, disposition, sip_code, talk_ms, currency)
        select TENANT, NOW - n * interval '1 h', gen_random_uuid(), TENANT, TENANT,
               case n when 5 then OTHER else TENANT end, 'outbound', '+12125550100', number,
               case when talk > 0 then 'answered' else 'no_answer' end, case when talk > 0 then 200 else 480 end,
               talk, 'USD'
          from (values (1, '+442079460000', 60001), (2, '+447700900123', 60000), (3, '+493012345678', 119001),
                       (4, '+33140000000', 30000), (5, '+442079460001', 0)) as calls (n, number, talk);
        """
}
