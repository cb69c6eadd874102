extension FullTenant {
    /// What `fill` puts into the tables of call tracking, flows, compliance and integration.
    ///
    /// Each row of an account has the account's id, so that others can point at it.
    static let trackingScript =
        """
        insert into routing.caller_id_pools (tenant_id, id, account_id, name)
        select TENANT, a, a, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into routing.caller_id_pool_numbers (tenant_id, caller_id_pool_id, did_id, account_id)
        select TENANT, d.account_id, d.id, d.account_id from numbers.dids d where d.tenant_id = TENANT;

        insert into tracking.schedules (tenant_id, id, account_id, name)
        select TENANT, a, a, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.schedule_windows (tenant_id, account_id, schedule_id, weekday, opens_at, closes_at)
        select TENANT, a, a, 1, '09:00', '17:00' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.schedule_exceptions (tenant_id, account_id, schedule_id, day)
        select TENANT, a, a, '2026-12-25' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.publishers (tenant_id, id, account_id, name, code)
        select TENANT, a, a, 'x', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.buyers (tenant_id, id, account_id, name, code)
        select TENANT, a, a, 'x', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.buyer_endpoints (tenant_id, id, account_id, buyer_id, name, kind, number)
        select TENANT, a, a, a, 'x', 'pstn', '+12125550100' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.targets (tenant_id, id, account_id, buyer_id, buyer_endpoint_id, schedule_id, name)
        select TENANT, a, a, a, a, a, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.target_groups (tenant_id, id, account_id, name)
        select TENANT, a, a, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.target_group_members (tenant_id, target_group_id, target_id, account_id)
        select TENANT, a, a, a from unnest(array[FIRST, SECOND]) a;

        insert into flows.flows (tenant_id, id, account_id, name)
        select TENANT, a, a, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into flows.flow_versions (tenant_id, id, account_id, flow_id, version)
        select TENANT, a, a, a, 1 from unnest(array[FIRST, SECOND]) a;
        insert into flows.nodes (tenant_id, id, account_id, flow_version_id, name, kind)
        select TENANT, a, a, a, 'entry', 'entry' from unnest(array[FIRST, SECOND]) a;
        insert into flows.node_ports (tenant_id, account_id, flow_version_id, node_id, port)
        select TENANT, a, a, a, 'next' from unnest(array[FIRST, SECOND]) a;
        insert into flows.edges (tenant_id, account_id, flow_version_id, from_node_id, from_port, to_node_id)
        select TENANT, a, a, a, 'next', a from unnest(array[FIRST, SECOND]) a;

        insert into tracking.campaigns (tenant_id, id, account_id, name, code, flow_id)
        select TENANT, a, a, 'x', 'x', a from unnest(array[FIRST, SECOND]) a;
        insert into tracking.campaign_publishers (tenant_id, campaign_id, publisher_id, account_id)
        select TENANT, a, a, a from unnest(array[FIRST, SECOND]) a;
        insert into tracking.campaign_routes (tenant_id, account_id, campaign_id, target_id)
        select TENANT, a, a, a from unnest(array[FIRST, SECOND]) a;
        insert into tracking.terms (tenant_id, id, account_id, side, campaign_id, publisher_id, trigger, amount_kind,
                                    amount)
        select TENANT, a, a, 'payout', a, a, 'connected', 'fixed', 10 from unnest(array[FIRST, SECOND]) a;
        insert into tracking.number_pools (tenant_id, id, account_id, campaign_id, name)
        select TENANT, a, a, a, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.number_assignments (tenant_id, account_id, did_id, campaign_id, number_pool_id)
        select TENANT, d.account_id, d.id, d.account_id, d.account_id from numbers.dids d where d.tenant_id = TENANT;
        insert into tracking.visitor_sessions (tenant_id, started_at, account_id, campaign_id)
        select TENANT, t, a, a from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into tracking.bids (tenant_id, requested_at, account_id, campaign_id, status, refusal_code)
        select TENANT, t, a, a, 'refused', 1003
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;

        insert into tracking.calls (tenant_id, started_at, id, account_id, campaign_id, publisher_id, buyer_id)
        select TENANT, t, a, a, a, a, a
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into tracking.call_legs (tenant_id, started_at, account_id, call_started_at, call_id, position)
        select TENANT, t, a, t, a, 1
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into tracking.ring_tree_attempts (tenant_id, call_started_at, account_id, call_id, position, target_id,
                                                 outcome)
        select TENANT, t, a, a, 1, a, 'dialed'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into tracking.recordings (tenant_id, id, account_id, call_started_at, call_id)
        select TENANT, a, a, now(), a from unnest(array[FIRST, SECOND]) a;
        insert into tracking.transcriptions (tenant_id, account_id, call_started_at, call_id, recording_id)
        select TENANT, a, now(), a, a from unnest(array[FIRST, SECOND]) a;
        insert into tracking.tags (tenant_id, id, account_id, name)
        select TENANT, a, a, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into tracking.call_tags (tenant_id, call_id, tag_id, account_id, call_started_at)
        select TENANT, a, a, a, now() from unnest(array[FIRST, SECOND]) a;

        insert into tracking.caps (tenant_id, id, account_id, campaign_id, measure, period, max_value)
        select TENANT, a, a, a, 'attempts', 'day', 10 from unnest(array[FIRST, SECOND]) a;
        select tracking.reserve_caps(TENANT, a, array[a], array[1.0], now() + interval '1 hour')
          from unnest(array[FIRST, SECOND]) a;
        insert into tracking.conversions (tenant_id, id, account_id, side, source, call_started_at, call_id,
                                          campaign_id, publisher_id, terms_id, amount, currency, idempotency_key)
        select TENANT, a, a, 'payout', 'terms', now(), a, a, a, a, 10, 'USD', a::text
          from unnest(array[FIRST, SECOND]) a;
        insert into billing.payouts (tenant_id, id, account_id, payee_kind, publisher_id, statement_number, currency,
                                     period_from, period_to, idempotency_key)
        select TENANT, a, a, 'publisher', a, a::text, 'USD', '2026-10-01', '2026-11-01', a::text
          from unnest(array[FIRST, SECOND]) a;
        insert into billing.payout_items (tenant_id, account_id, payout_id, kind, conversion_id, amount)
        select TENANT, a, a, 'earning', a, 10 from unnest(array[FIRST, SECOND]) a;

        insert into compliance.dnc_lists (tenant_id, id, account_id, name, kind)
        select TENANT, a, a, 'x', 'company' from unnest(array[FIRST, SECOND]) a;
        insert into compliance.dnc_list_entries (tenant_id, dnc_list_id, number, account_id)
        select TENANT, a, '+12125550100', a from unnest(array[FIRST, SECOND]) a;
        insert into compliance.consent_tokens (tenant_id, id, account_id, provider, token)
        select TENANT, a, a, 'jornaya', a::text from unnest(array[FIRST, SECOND]) a;
        insert into compliance.consent_records (tenant_id, account_id, number, kind, method, consent_token_id,
                                                obtained_at)
        select TENANT, a, '+12125550100', 'express', 'voice', a, '2026-01-01' from unnest(array[FIRST, SECOND]) a;
        insert into compliance.stir_shaken_status (tenant_id, started_at, id, account_id, role, verstat)
        select TENANT, t, a, a, 'verified', 'no_tn_validation'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into compliance.calling_windows (tenant_id, account_id, opens_at, closes_at, valid_from, source)
        select TENANT, a, '08:00', '21:00', '2026-01-01', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into compliance.checks (tenant_id, checked_at, account_id, kind, result, number)
        select TENANT, t, a, 'dnc', 'passed', '+12125550100'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into compliance.recording_consents (tenant_id, account_id, call_started_at, call_id, rule, basis)
        select TENANT, a, now(), a, 'one_party', 'one_party' from unnest(array[FIRST, SECOND]) a;

        insert into integration.webhooks (tenant_id, id, account_id, name, url, event_types, secret_ciphertext,
                                          secret_key_id)
        select TENANT, a, a, 'x', 'https://x.example/hook', '{*}', 'x', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into integration.events (tenant_id, occurred_at, id, account_id, type, subject, ordering_key, payload)
        select TENANT, t, a, a, 'call.completed', 'tracking.calls', 'x', '{}'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into integration.deliveries (tenant_id, occurred_at, id, account_id, event_id, webhook_id, event_type,
                                            ordering_key)
        select TENANT, t, a, a, a, a, 'call.completed', 'x'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into integration.delivery_attempts (tenant_id, attempted_at, account_id, delivery_occurred_at,
                                                   delivery_id, webhook_id, attempt, url, status_code, latency_ms)
        select TENANT, t, a, t, a, a, 1, 'https://x.example/hook', 200, 1
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        """
}
