package import Foundation
import Postgres

/// A tenant with at least a row in every table: what is tested of all of them is tested on it.
package enum FullTenant {
    /// An id of a tenant's own for something that the script makes, and that tests may point at: 1 and 2 are accounts.
    package static func part(_ number: UInt8, of tenant: UUID) -> UUID {
        var bytes = tenant.uuid
        let (last, wraps) = bytes.15.addingReportingOverflow(number)
        bytes.15 = last
        // Runs, for one, are told apart by their order, which is that of the numbers.
        if wraps { bytes.14 &+= 1 }
        return UUID(uuid: bytes)
    }

    /// Puts at least a row into every table of a tenant that is there; into those of accounts, one for each of two.
    ///
    /// Values that must be unique on the platform are made from the tenant's id.
    package static func fill(_ tenant: UUID, _ database: TestDatabase) async throws {
        var script = Self.script + Self.servicesScript + Self.trackingScript + Self.billingScript + Self.recordsScript
        let names: [(String, UInt8)] = [
            ("TENANT", 0), ("FIRST", 1), ("SECOND", 2), ("TRUNK", 3), ("CARRIER", 4), ("DECK", 5), ("PLAN", 6),
            ("USER", 7), ("ROLE", 8), ("SET", 9),
        ]
        for (name, number) in names { script = script.replacing(name, with: "'\(part(number, of: tenant))'::uuid") }
        try await database.owner.lease { [script] in try await $0.runScript(SQL(unescaped: script)) }
    }

    private static let script =
        """
        insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id) values
            (TENANT, FIRST, replace(FIRST::text, '-', ''), 'first', null),
            (TENANT, SECOND, replace(SECOND::text, '-', ''), 'second', FIRST);
        insert into accounts.contacts (tenant_id, account_id, name, email)
        select TENANT, a, 'x', 'x@x.example' from unnest(array[FIRST, SECOND]) a;

        insert into auth.users (tenant_id, id, account_id, email, name) values
            (TENANT, USER, null, USER::text || '@x.example', 'x'),
            (TENANT, FIRST, FIRST, FIRST::text || '@x.example', 'x'),
            (TENANT, SECOND, SECOND, SECOND::text || '@x.example', 'x');
        insert into auth.roles (tenant_id, id, name) values (TENANT, ROLE, 'x');
        insert into auth.role_permissions (tenant_id, role_id, permission) values (TENANT, ROLE, 'cdr:read');
        insert into auth.user_roles (tenant_id, user_id, role_id) values (TENANT, USER, ROLE);
        insert into auth.api_keys (tenant_id, account_id, name, key_prefix, key_sha256)
        select TENANT, a, 'x', left(md5(a::text), 16), sha256('x') from unnest(array[FIRST, SECOND]) a;

        insert into vendor_mgmt.vendors (tenant_id, id, name) values (TENANT, CARRIER, 'x');
        insert into vendor_mgmt.carriers (tenant_id, id, vendor_id) values (TENANT, CARRIER, CARRIER);
        insert into routing.carriers (tenant_id, id, vendor_carrier_id, name) values (TENANT, CARRIER, CARRIER, 'x');
        insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
        values (TENANT, CARRIER, CARRIER, 'x', 'x.example');

        insert into routing.trunks (tenant_id, id, account_id, name) values
            (TENANT, TRUNK, FIRST, 'x'), (TENANT, SECOND, SECOND, 'x');
        insert into routing.trunk_acl (tenant_id, account_id, trunk_id, network, tech_prefix) values
            (TENANT, FIRST, TRUNK, '198.51.100.1/32', translate(left(md5(FIRST::text), 16), 'abcdef', '012345')),
            (TENANT, SECOND, SECOND, '198.51.100.2/32', translate(left(md5(SECOND::text), 16), 'abcdef', '012345'));
        insert into routing.trunk_credentials (tenant_id, account_id, trunk_id, username, realm, ha1_md5_ciphertext,
                                               key_id)
        values (TENANT, FIRST, TRUNK, FIRST::text, 'x', 'x', 'x'),
               (TENANT, SECOND, SECOND, SECOND::text, 'x', 'x', 'x');
        insert into routing.translation_rules (tenant_id, account_id, trunk_id, carrier_id, subject, position, pattern)
        values (TENANT, FIRST, TRUNK, null, 'called', 1, '9.'), (TENANT, SECOND, SECOND, null, 'called', 1, '9.'),
               (TENANT, null, null, CARRIER, 'called', 1, '9.');
        insert into routing.partitions (tenant_id, id, name) values (TENANT, SET, 'x');
        insert into routing.partition_carrier_trunks (tenant_id, partition_id, carrier_trunk_id)
        values (TENANT, SET, CARRIER);
        insert into routing.account_partitions (tenant_id, account_id, partition_id)
        select TENANT, a, SET from unnest(array[FIRST, SECOND]) a;
        insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (TENANT, DECK, CARRIER, 'x');
        insert into routing.carrier_trunk_decks (tenant_id, carrier_trunk_id, deck_id) values (TENANT, CARRIER, DECK);
        insert into routing.rate_deck (tenant_id, id, deck_id, prefix, rate, valid_from)
        values (TENANT, DECK, DECK, '1', 0.01, '2026-01-01');

        insert into routing.profiles (tenant_id, id, name) values (TENANT, SET, 'x');
        insert into routing.account_profiles (tenant_id, account_id, profile_id)
        select TENANT, a, SET from unnest(array[FIRST, SECOND]) a;
        insert into routing.route_rules (tenant_id, account_id, carrier_trunk_id, kind)
        select TENANT, a, CARRIER, 'never' from unnest(array[FIRST, SECOND]) a;
        insert into routing.attempt_states (tenant_id) values (TENANT);
        insert into routing.attempt_counts (tenant_id, bucket_at, carrier_trunk_id, prefix_group, jurisdiction,
                                            attempts, answered, effective, talk_ms, pdd_ms, pdd_calls)
        values (TENANT, now(), CARRIER, '1212', 'interstate', 1, 1, 1, 1, 1, 1);
        insert into routing.route_quality (tenant_id, carrier_trunk_id, prefix_group, jurisdiction, window_s, is_judged,
                                           attempts, answered, effective, asr_low_bp, asr_high_bp, ner_low_bp,
                                           ner_high_bp)
        values (TENANT, CARRIER, '1212', 'interstate', 900, true, 1, 1, 1, 1, 1, 1, 1);
        insert into routing.breakers (tenant_id, carrier_trunk_id) values (TENANT, CARRIER);
        insert into routing.carrier_prepayments (tenant_id, carrier_id, amount) values (TENANT, CARRIER, 1);
        insert into routing.carrier_spending (tenant_id, carrier_id) values (TENANT, CARRIER);
        insert into routing.shared_limits (tenant_id, kind, subject_id, amount)
        values (TENANT, 'carrier_channels', CARRIER, 1);
        insert into routing.edge_shares (tenant_id, kind, subject_id, edge_id)
        values (TENANT, 'carrier_channels', CARRIER, 'x');

        insert into routing.lrn_dips (tenant_id, number, is_ported, expires_at)
        values (TENANT, '+12125550100', false, now() + interval '1 day');
        insert into routing.ported_numbers (tenant_id, number, lrn)
        values (TENANT, '+12125550100', '+12015550000');

        insert into numbers.inventory (tenant_id, number)
        select TENANT, '+1' || translate(left(md5(a::text), 13), 'abcdef', '012345')
          from unnest(array[FIRST, SECOND]) a;
        insert into numbers.dids (tenant_id, account_id, number)
        select TENANT, a, '+1' || translate(left(md5(a::text), 13), 'abcdef', '012345')
          from unnest(array[FIRST, SECOND]) a;

        insert into billing.rate_plans (tenant_id, id, name) values (TENANT, PLAN, 'x');
        insert into routing.rate_plan_profiles (tenant_id, rate_plan_id, profile_id) values (TENANT, PLAN, SET);
        insert into billing.voice_rates (tenant_id, id, rate_plan_id, prefix, rate, valid_from)
        values (TENANT, PLAN, PLAN, '1', 0.02, '2026-01-01');
        insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id)
        select TENANT, a, PLAN from unnest(array[FIRST, SECOND]) a;
        select billing.top_up(TENANT, a, a, 10, ''), billing.place_hold(TENANT, a, a, 1, 1)
          from unnest(array[FIRST, SECOND]) a;

        insert into routing.fraud_rules (tenant_id, id, account_id, name, kind, min_calls)
        values (TENANT, PLAN, FIRST, 'x', 'velocity', 10);
        insert into routing.destination_rules (tenant_id, prefix, effect, fraud_rule_id)
        values (TENANT, '44', 'allow', PLAN);
        insert into routing.call_limits (tenant_id, max_duration_s) values (TENANT, 60);
        insert into billing.spend_caps (tenant_id, id, span, amount) values (TENANT, PLAN, 'day', 10);
        insert into billing.spend_windows (tenant_id, spend_cap_id, account_id, starts_at)
        select TENANT, PLAN, a, t
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;

        insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                              direction, state, account_id, code, snapshot_version)
        select TENANT, t, a, 'x', 'x', 'x', 'x', 'outbound', 'open', a, 200, 1
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into routing.hang_ups (tenant_id, account_id, routing_id, edge_id, reason, requested_by)
        select TENANT, a, a, 'x', 'xxx', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code)
        select TENANT, t, a, 'x', a, 200
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code, currency)
        select TENANT, t, a, a, 'outbound', 'answered', 200, 'USD'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into audit.audit_log (tenant_id, occurred_at, account_id, actor, action, object)
        select TENANT, t, a, 'x', 'insert', 'x'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        """
}
