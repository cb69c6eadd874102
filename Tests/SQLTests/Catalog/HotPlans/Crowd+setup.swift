extension Crowd {
    /// The months, the tenants with their accounts, and the function that fills a table with copies of a row.
    static let setup =
        """
        begin;
        set local session_replication_role = replica;
        select core.create_monthly_partitions((now() - interval '3 months')::date, 6);

        create schema crowd;
        insert into core.tenants (id, slug, name)
        select gen_random_uuid(), 'crowd-' || n, 'x' from generate_series(1, 9) n;
        insert into accounts.accounts (tenant_id, id, ban, name)
        select t.id, gen_random_uuid(), 'CROWD-' || to_char(row_number() over (order by t.id, n), 'FM000'), 'x'
          from core.tenants t, generate_series(1, 20) n where t.slug like 'crowd-%' or t.id = TENANT;
        insert into billing.account_balance (tenant_id, account_id, currency)
        select tenant_id, id, 'USD' from accounts.accounts where ban like 'CROWD-%';
        create table crowd.accounts as
        select (row_number() over (order by ban))::integer - 1 as nr, tenant_id, id as account_id, now() as now
          from accounts.accounts where ban like 'CROWD-%';
        analyze crowd.accounts;

        create function crowd.grow(p_table regclass, p_tenant uuid, p_rows integer, p_values jsonb) returns void
        language plpgsql as $$
        declare
            v_columns text;
            v_values  text;
        begin
            select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
                   string_agg(coalesce(p_values ->> a.attname::text,
                                       case when a.attname in ('tenant_id', 'account_id', 'id') then 'c.' || a.attname
                                            when a.attname = 'created_at' then 'c.at'
                                            else 't.' || quote_ident(a.attname) end), ', ' order by a.attnum)
              into v_columns, v_values
              from pg_attribute a
             where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
            -- Ids grow with time, as version 7 ones do. Operators and their accounts take turns.
            execute format(
                'insert into %1$s (%2$s) select %3$s '
                '  from (select * from %1$s where tenant_id = $1 limit 1) t '
                ' cross join (select g.n, a.tenant_id, a.account_id, '
                '                    a.now - ($2 - g.n) * (interval ''90 days'' / $2) as at, '
                '                    (''00'' || lpad(to_hex(g.n), 10, ''0'') || ''70008000000000000000'')::uuid as id, '
                '                    ''+1'' || (2120000000 + g.n) as number '
                '               from generate_series(1, $2) g (n) '
                '               join crowd.accounts a on a.nr = g.n %% 200) c ',
                p_table, v_columns, v_values) using p_tenant, p_rows;
        end $$;
        commit;
        """
}
