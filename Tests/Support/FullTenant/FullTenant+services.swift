extension FullTenant {
    /// The part of `fill` for documents, sessions, services, ports, emergency addresses and messages.
    /// It comes after accounts, users, carriers, trunks and DIDs, and points at them.
    static let servicesScript =
        """
        insert into accounts.documents (tenant_id, id, account_id, kind, title, reference, checksum, size_bytes)
        select TENANT, a, a, 'loa', 'x', 'file:x', sha256('x'), 1 from unnest(array[FIRST, SECOND]) a;
        insert into accounts.feature_flags (tenant_id, account_id, flag)
        select TENANT, a, 'x_y' from unnest(array[FIRST, SECOND]) a;

        insert into auth.sessions (tenant_id, account_id, user_id, token_hash, idle_expires_at, expires_at)
        select TENANT, a, a, sha256(uuid_send(a)), now() + interval '1 hour', now() + interval '1 day'
          from unnest(array[FIRST, SECOND]) a;
        insert into auth.user_tokens (tenant_id, account_id, user_id, purpose, token_hash, email, expires_at)
        select TENANT, a, a, 'invitation', sha256(uuid_send(a)), 'x@x.example', now() + interval '1 day'
          from unnest(array[FIRST, SECOND]) a;
        insert into auth.login_attempts (tenant_id, account_id, user_id, email, outcome)
        select TENANT, a, a, 'x@x.example', 'passed' from unnest(array[FIRST, SECOND]) a;
        insert into auth.support_entries (tenant_id, user_id, session_id, email, reason, permissions, token_hash,
                                          expires_at)
        values (TENANT, USER, USER, 'x@x.example', 'ticket 4711', '{cdr:read}', sha256('x'), now() + interval '1 hour');

        insert into vendor_mgmt.service_providers (tenant_id, id, vendor_id, kind, name, plugin)
        values (TENANT, CARRIER, CARRIER, 'smpp', 'x', 'simulator');
        insert into vendor_mgmt.smpp_connectors (tenant_id, id, service_provider_id, name, host, system_id)
        values (TENANT, CARRIER, CARRIER, 'x', 'x.example', 'x');
        insert into vendor_mgmt.contracts (tenant_id, id, vendor_id, number, title)
        values (TENANT, CARRIER, CARRIER, 'x', 'x');
        insert into vendor_mgmt.performance_metrics (tenant_id, vendor_id, metric, period, period_from, value)
        values (TENANT, CARRIER, 'asr_percent', 'day', '2026-01-01', 50);
        insert into vendor_mgmt.contract_penalties (tenant_id, contract_id, metric, percent)
        values (TENANT, CARRIER, 'asr_percent', 5);
        insert into vendor_mgmt.breaches (tenant_id, vendor_id, contract_id, metric, period, period_from, target, value,
                                          samples, currency, bought_amount, penalty_amount)
        values (TENANT, CARRIER, CARRIER, 'asr_percent', 'month', '2026-01-01', 60, 50, 1, 'USD', 1, 0.05);
        insert into vendor_mgmt.invoices (tenant_id, vendor_id, number, currency, amount, period_from, period_to,
                                          issued_at, due_at)
        values (TENANT, CARRIER, 'x', 'USD', 1, '2026-01-01', '2026-02-01', '2026-02-01', '2026-03-01');

        insert into numbers.inventory (tenant_id, number, kind)
        select TENANT, '+1888' || left(translate(md5(a::text), 'abcdef', '012345'), 7), 'toll_free'
          from unnest(array[FIRST, SECOND]) a;
        insert into numbers.reservations (tenant_id, account_id, number, expires_at)
        select TENANT, a, '+1888' || left(translate(md5(a::text), 'abcdef', '012345'), 7), now() + interval '1 hour'
          from unnest(array[FIRST, SECOND]) a;
        insert into numbers.toll_free (tenant_id, account_id, number, resp_org)
        select TENANT, a, '+1888' || left(translate(md5(a::text), 'abcdef', '012345'), 7), 'ABC01'
          from unnest(array[FIRST, SECOND]) a;
        insert into numbers.port_requests (tenant_id, id, account_id)
        select TENANT, a, a from unnest(array[FIRST, SECOND]) a;
        insert into numbers.port_request_numbers (tenant_id, account_id, port_request_id, number)
        select TENANT, a, a, '+12125550100' from unnest(array[FIRST]) a
        union all
        select TENANT, a, a, '+12125550101' from unnest(array[SECOND]) a;
        insert into numbers.e911_addresses (tenant_id, id, account_id, label, caller_name, house_number, street_name,
                                            locality, region, postal_code)
        select TENANT, a, a, 'x', 'x', '1', 'Main', 'New York', 'NY', '10001' from unnest(array[FIRST, SECOND]) a;
        insert into numbers.e911_records (tenant_id, account_id, number, e911_address_id)
        select TENANT, a, '+1888' || left(translate(md5(a::text), 'abcdef', '012345'), 7), a
          from unnest(array[FIRST, SECOND]) a;
        insert into numbers.e911_tests (tenant_id, account_id, number, e911_address_id, passed)
        select TENANT, a, '+12125550100', a, true from unnest(array[FIRST, SECOND]) a;

        insert into messaging.brands_10dlc (tenant_id, id, account_id, name, legal_name, entity_type, email, phone)
        select TENANT, a, a, 'x', 'x', 'private_profit', 'x@x.example', '+12125550100'
          from unnest(array[FIRST, SECOND]) a;
        insert into messaging.campaigns_10dlc (tenant_id, id, account_id, brand_10dlc_id, name, use_case)
        select TENANT, a, a, a, 'x', 'marketing' from unnest(array[FIRST, SECOND]) a;
        insert into messaging.campaign_networks (tenant_id, account_id, campaign_10dlc_id, network)
        select TENANT, a, a, 'att' from unnest(array[FIRST, SECOND]) a;
        insert into messaging.campaign_numbers (tenant_id, account_id, campaign_10dlc_id, number)
        select TENANT, a, a, '+1888' || left(translate(md5(a::text), 'abcdef', '012345'), 7)
          from unnest(array[FIRST, SECOND]) a;
        insert into messaging.keywords (tenant_id, account_id, keyword, action)
        select TENANT, a, 'ENOUGH', 'opt_out' from unnest(array[FIRST, SECOND]) a;
        insert into messaging.templates (tenant_id, account_id, name, purpose, body)
        select TENANT, a, 'x', 'help_reply', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into messaging.opt_outs (tenant_id, account_id, recipient, scope, source)
        select TENANT, a, '+12125550100', 'account', 'staff' from unnest(array[FIRST, SECOND]) a;
        insert into messaging.customer_sms_auth (tenant_id, id, account_id, kind, system_id, password_ciphertext,
                                                 key_id)
        select TENANT, a, a, 'smpp', left(md5(a::text), 15), 'x', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into messaging.inbound_routes (tenant_id, account_id, target)
        select TENANT, a, 'discard' from unnest(array[FIRST, SECOND]) a;
        insert into messaging.mdr (tenant_id, accepted_at, id, account_id, direction, status, sender, recipient,
                                   currency)
        select TENANT, t, a, a, 'outbound', 'queued', 'x', 'x', 'USD'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into messaging.mdr_parts (tenant_id, accepted_at, account_id, mdr_id, part)
        select TENANT, t, a, a, 1
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into messaging.webhook_attempts (tenant_id, attempted_at, account_id, event_id, event_type, url, outcome)
        select TENANT, t, a, a, 'message.received', 'https://x.example/', 'delivered'
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        """
}
