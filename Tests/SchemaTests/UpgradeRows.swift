import Foundation

/// What an operator had in its tables at a version: the statements of that time, and the tables that they filled.
struct UpgradeRows: Sendable {
    let script: String
    let tables: [String]

    static let tenant = UUID(uuid: (0xA1, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0))

    /// By the number of the last migration that the operator had. Versions are chosen to have much behind them and much
    /// before them.
    static let byVersion: [Int: UpgradeRows] = [23: calls, 51: business]

    private init(tables: [String], script: String) {
        var script = script
        for (name, number) in [
            ("TENANT", 0), ("FIRST", 1), ("SECOND", 2), ("TRUNK", 3), ("CARRIER", 4), ("DECK", 5), ("PLAN", 6),
            ("USER", 7), ("CALL", 8),
        ] {
            var bytes = Self.tenant.uuid
            bytes.15 = UInt8(number)
            script = script.replacing(name, with: "'\(UUID(uuid: bytes))'::uuid")
        }
        self.script = script
        self.tables = tables
    }

    /// Calls, routed, rated and charged.
    private static let calls = UpgradeRows(
        tables: [
            "core.tenants", "core.global_claims", "accounts.accounts", "accounts.account_hierarchy",
            "accounts.contacts",
            "auth.users", "auth.roles", "auth.role_permissions", "auth.user_roles", "auth.api_keys",
            "vendor_mgmt.vendors", "vendor_mgmt.carriers", "routing.carriers", "routing.carrier_trunks",
            "routing.trunks", "routing.trunk_acl", "routing.trunk_credentials", "routing.partitions",
            "routing.partition_carrier_trunks", "routing.account_partitions", "routing.decks",
            "routing.carrier_trunk_decks", "routing.rate_deck", "numbers.inventory", "numbers.dids",
            "billing.rate_plans", "billing.voice_rates", "billing.account_rate_plan", "billing.ledger",
            "billing.holds", "routing.routing_requests", "cdr.raw_cdr", "cdr.enriched_cdr", "audit.audit_log",
        ],
        script: """
            insert into core.tenants (id, slug, name) values (TENANT, 'upgraded', 'Upgraded');
            insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id) values
                (TENANT, FIRST, 'UP-1', 'first', null), (TENANT, SECOND, 'UP-2', 'second', FIRST);
            insert into accounts.contacts (tenant_id, account_id, name, email)
            select TENANT, a, 'x', 'x@x.example' from unnest(array[FIRST, SECOND]) a;
            insert into auth.users (tenant_id, id, account_id, email, name) values
                (TENANT, USER, null, 'staff@x.example', 'x'), (TENANT, FIRST, FIRST, 'first@x.example', 'x');
            insert into auth.roles (tenant_id, id, name) values (TENANT, USER, 'x');
            insert into auth.role_permissions (tenant_id, role_id, permission) values (TENANT, USER, 'cdr:read');
            insert into auth.user_roles (tenant_id, user_id, role_id) values (TENANT, USER, USER);
            insert into auth.api_keys (tenant_id, account_id, name, key_prefix, key_sha256)
            values (TENANT, FIRST, 'x', '0123456789abcdef', sha256('x'));

            insert into vendor_mgmt.vendors (tenant_id, id, name) values (TENANT, CARRIER, 'x');
            insert into vendor_mgmt.carriers (tenant_id, id, vendor_id) values (TENANT, CARRIER, CARRIER);
            insert into routing.carriers (tenant_id, id, vendor_carrier_id, name)
            values (TENANT, CARRIER, CARRIER, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (TENANT, CARRIER, CARRIER, 'x', 'x.example');
            insert into routing.trunks (tenant_id, id, account_id, name) values (TENANT, TRUNK, FIRST, 'x');
            insert into routing.trunk_acl (tenant_id, account_id, trunk_id, network)
            values (TENANT, FIRST, TRUNK, '198.51.100.1/32');
            insert into routing.trunk_credentials (tenant_id, account_id, trunk_id, username, realm,
                                                   ha1_md5_ciphertext, key_id)
            values (TENANT, FIRST, TRUNK, 'x', 'x', 'x', 'x');
            insert into routing.partitions (tenant_id, id, name) values (TENANT, CARRIER, 'x');
            insert into routing.partition_carrier_trunks (tenant_id, partition_id, carrier_trunk_id)
            values (TENANT, CARRIER, CARRIER);
            insert into routing.account_partitions (tenant_id, account_id, partition_id)
            values (TENANT, FIRST, CARRIER);
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (TENANT, DECK, CARRIER, 'x');
            insert into routing.carrier_trunk_decks (tenant_id, carrier_trunk_id, deck_id)
            values (TENANT, CARRIER, DECK);
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from)
            select TENANT, DECK, n::text, 0.01, '2026-01-01' from generate_series(1, 999) n;

            insert into numbers.inventory (tenant_id, number)
            select TENANT, '+1212555' || n from generate_series(1000, 1050) n;
            insert into numbers.dids (tenant_id, account_id, number)
            select TENANT, FIRST, '+1212555' || n from generate_series(1000, 1020) n;
            insert into billing.rate_plans (tenant_id, id, name) values (TENANT, PLAN, 'x');
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
            select TENANT, PLAN, n::text, 0.02, '2026-01-01' from generate_series(1, 999) n;
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id) values (TENANT, FIRST, PLAN);
            select billing.top_up(TENANT, a, a, 10, ''), billing.place_hold(TENANT, a, a, 1, 1)
              from unnest(array[FIRST, SECOND]) a;
            select billing.post_calls(TENANT, array[CALL], array[FIRST], array[FIRST], array[0.25]);

            insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                                  direction, state, account_id, code, snapshot_version)
            values (TENANT, now(), CALL, 'x', 'x', 'x', 'x', 'outbound', 'open', FIRST, 200, 1);
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code)
            values (TENANT, now(), CALL, 'x', FIRST, 200);
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code,
                                          currency, posted_at)
            values (TENANT, now(), CALL, FIRST, 'outbound', 'answered', 200, 'USD', now());
            insert into audit.audit_log (tenant_id, account_id, actor, action, object)
            values (TENANT, FIRST, 'x', 'insert', 'x');
            """)

    /// Messages, tracked calls, invoices, queues: what came after calls.
    private static let business = UpgradeRows(
        tables: [
            "accounts.documents", "auth.sessions", "vendor_mgmt.service_providers", "messaging.brands_10dlc",
            "messaging.mdr", "messaging.opt_outs", "tracking.publishers", "tracking.buyers", "flows.flows",
            "tracking.campaigns", "tracking.calls", "compliance.dnc_lists", "compliance.dnc_list_entries",
            "integration.webhooks", "integration.events", "integration.deliveries", "billing.legal_entities",
            "billing.billing_profiles", "billing.invoices", "billing.invoice_items", "billing.payments",
            "cdr.vendor_cdr", "cdr.hourly_summary", "queue.jobs", "queue.outbox", "queue.idempotency_keys",
            "audit.api_request_log", "audit.seals",
        ],
        script: """
            insert into accounts.documents (tenant_id, id, account_id, kind, title, reference, checksum, size_bytes)
            values (TENANT, FIRST, FIRST, 'loa', 'x', 'file:x', sha256('x'), 1);
            insert into auth.sessions (tenant_id, account_id, user_id, token_hash, idle_expires_at, expires_at)
            values (TENANT, FIRST, FIRST, sha256('x'), now() + interval '1 hour', now() + interval '1 day');
            insert into vendor_mgmt.service_providers (tenant_id, id, vendor_id, kind, name, plugin)
            values (TENANT, CARRIER, CARRIER, 'smpp', 'x', 'simulator');

            insert into messaging.brands_10dlc (tenant_id, id, account_id, name, legal_name, entity_type, email, phone)
            values (TENANT, FIRST, FIRST, 'x', 'x', 'private_profit', 'x@x.example', '+12125550100');
            insert into messaging.mdr (tenant_id, accepted_at, account_id, direction, status, sender, recipient,
                                       currency)
            values (TENANT, now(), FIRST, 'outbound', 'queued', 'x', 'x', 'USD');
            insert into messaging.opt_outs (tenant_id, account_id, recipient, scope, source)
            values (TENANT, FIRST, '+12125550100', 'account', 'staff');

            insert into tracking.publishers (tenant_id, id, account_id, name, code)
            values (TENANT, FIRST, FIRST, 'x', 'x');
            insert into tracking.buyers (tenant_id, id, account_id, name, code) values (TENANT, FIRST, FIRST, 'x', 'x');
            insert into flows.flows (tenant_id, id, account_id, name) values (TENANT, FIRST, FIRST, 'x');
            insert into tracking.campaigns (tenant_id, id, account_id, name, code, flow_id)
            values (TENANT, FIRST, FIRST, 'x', 'x', FIRST);
            insert into tracking.calls (tenant_id, started_at, id, account_id, campaign_id, publisher_id, buyer_id)
            values (TENANT, now(), CALL, FIRST, FIRST, FIRST, FIRST);
            insert into compliance.dnc_lists (tenant_id, id, account_id, name, kind)
            values (TENANT, FIRST, FIRST, 'x', 'company');
            insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, number, account_id)
            select TENANT, FIRST, '+1212555' || n, FIRST from generate_series(1000, 1999) n;
            insert into integration.webhooks (tenant_id, id, account_id, name, url, event_types, secret_ciphertext,
                                              secret_key_id)
            values (TENANT, FIRST, FIRST, 'x', 'https://x.example/hook', '{*}', 'x', 'x');
            insert into integration.events (tenant_id, occurred_at, id, account_id, type, subject, ordering_key,
                                            payload)
            values (TENANT, now(), FIRST, FIRST, 'call.completed', 'tracking.calls', 'x', '{}');
            insert into integration.deliveries (tenant_id, occurred_at, id, account_id, event_id, webhook_id,
                                                event_type, ordering_key)
            values (TENANT, now(), FIRST, FIRST, FIRST, FIRST, 'call.completed', 'x');

            insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix)
            values (TENANT, PLAN, 'x', 'x', 'I-', 'C-');
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, tax_jurisdiction)
            values (TENANT, FIRST, PLAN, 'US.NY');
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, currency, tax_jurisdiction,
                                          period_from, period_to)
            values (TENANT, FIRST, FIRST, PLAN, 'USD', 'US.NY', '2026-01-01', '2026-02-01');
            insert into billing.invoice_items (tenant_id, id, account_id, invoice_id, position, kind, description,
                                               service_from, service_until, exact_amount, amount, tax_category)
            values (TENANT, FIRST, FIRST, FIRST, 1, 'one_off', 'x', '2026-01-01', '2026-02-01', 10, 10, 'service');
            select billing.finalise_invoice(TENANT, FIRST);
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, FIRST, FIRST, 7, 'USD', 'card', 'succeeded');
            select billing.apply_payment(TENANT, FIRST);

            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, currency)
            values (TENANT, now(), CALL, CARRIER, 'USD');
            select cdr.roll_up(TENANT, date_trunc('hour', now(), 'UTC') - interval '1 hour',
                               date_trunc('hour', now(), 'UTC') + interval '1 hour');
            select queue.enqueue(TENANT, 'default', 'x', '{}', null, FIRST), queue.emit(TENANT, 'x', '{}', null, FIRST),
                   queue.begin_request(TENANT, FIRST, FIRST, 'x', 'x', sha256('x'));
            insert into audit.api_request_log (tenant_id, account_id, method, route, path, status_code, duration_ms)
            values (TENANT, FIRST, 'GET', '/v1/x', '/v1/x', 200, 1);
            select audit.seal(TENANT);
            """)
}
