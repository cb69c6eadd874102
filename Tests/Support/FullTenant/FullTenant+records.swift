extension FullTenant {
    /// The part of `fill` for what is kept because it has to be: requests, filings, certificates,
    /// incidents, holds of the law, retention, the seals of the audit trail.
    static let recordsScript =
        """
        insert into audit.api_request_log (tenant_id, requested_at, account_id, method, route, path, status_code,
                                           duration_ms)
        select TENANT, t, a, 'GET', '/v1/x', '/v1/x', 200, 1
          from unnest(array[FIRST, SECOND]) a, unnest(array[now(), '2001-01-01'::timestamptz]) t;
        insert into audit.compliance_records (tenant_id, account_id, kind, title)
        select TENANT, a, 'e911', 'x' from unnest(array[FIRST, SECOND]) a;
        insert into audit.stir_shaken_certs (tenant_id, name, service_provider_code, key_secret_ref)
        values (TENANT, 'x', '123A', 'env:X');
        insert into audit.security_incidents (tenant_id, account_id, kind, severity, dedup_key, summary)
        select TENANT, a, 'sip_scan', 'low', a::text, 'x' from unnest(array[FIRST, SECOND]) a;
        insert into core.cleared_rows (tenant_id, name, deleted) values (TENANT, 'x', 1);
        insert into core.legal_holds (tenant_id, matter, reason, placed_by, released_by, released_at)
        values (TENANT, 'x', 'x', 'x', 'x', now() + interval '1 hour');
        insert into core.retention_policies (tenant_id, name, months)
        select TENANT, d.name, 1200 from ref.retention_defaults d limit 1;
        insert into audit.seals (tenant_id, sequence, row_ids, row_times, row_hashes, first_at, last_at, hash)
        values (TENANT, 1, array[FIRST], array[now()], sha256('x'), now(), now(), sha256('x'));

        """
}
