-- What an account's own people may not do, and what only the platform does: change commercial terms, end a tenant.
--
-- The API serves staff and customers by one role, so that grants cannot tell them apart. Tables that are all
-- terms have a policy that shows them to the account and lets staff write (core.adopt_tables, terms). Where
-- terms stand beside what people may change, a trigger refuses those columns in the scope of an account: a
-- policy cannot see what a row was before. The condition of the trigger is looked at without calling it, so
-- that staff and the engine pay nothing. States that the account takes part in (a port, a registration) name the
-- steps that are its own.
--
-- A tenant ends in three steps, each of which can be looked at before the next: core.close_tenant(), then,
-- when its retention is over, core.mark_tenant_for_purge(), then core.purge_tenant(). Deleting its row deletes
-- all it owns, in every table, append-only or not; what stays is a tombstone that says what there was, signed
-- with a key that is passed in. But for closing, which the API does for staff of the platform (0079_verbs.sql), none of
-- it is granted: it is the work of whoever owns the database.

create function core.keep_terms() returns trigger
language plpgsql
as $$
declare
    v_term   text;
    v_column text;
    v_old    text;
    v_new    text;
begin
    if tg_nargs = 0 then
        raise exception '%.% is changed by staff', tg_table_schema, tg_table_name
            using errcode = 'insufficient_privilege', constraint = 'terms_are_changed_by_staff';
    end if;
    -- "column=value": what a new row of an account has there unless staff says otherwise; nothing behind = is NULL.
    -- "column:from>to": a step that people of the account may take by themselves.
    foreach v_term in array tg_argv loop
        continue when v_term not like '%=%';
        v_column := split_part(v_term, '=', 1);
        v_old := case tg_op when 'UPDATE' then to_jsonb(old) ->> v_column
                            else nullif(substr(v_term, strpos(v_term, '=') + 1), '') end;
        v_new := to_jsonb(new) ->> v_column;
        if v_new is distinct from v_old
            and (tg_op = 'UPDATE' and format('%s:%s>%s', v_column, v_old, v_new) = any (tg_argv)) is not true then
            raise exception '% is changed by staff', v_column
                using errcode = 'insufficient_privilege', constraint = 'terms_are_changed_by_staff',
                      hint = case when tg_op = 'UPDATE' then format('It is %s.', coalesce(v_old, 'not set'))
                                  else format('In a new row it is %s.', coalesce(v_old, 'not set')) end;
        end if;
    end loop;
    return new;
end $$;
comment on function core.keep_terms() is
    'Trigger (column=value of a new row …, column:from>to …): in the scope of an account refuses another value in '
    'a new row, and any change later but the steps of the list. Without a list it refuses everything.';

create function core.guard_terms(p_table regclass, variadic p_columns text[]) returns void
language plpgsql
as $$
declare
    v_name    name;
    v_column  record;
    v_default text;
    v_insert  text[] := '{}';
    v_update  text[] := '{}';
    v_columns text[] := '{}';
begin
    select c.relname into v_name from pg_catalog.pg_class c where c.oid = p_table;
    for v_column in
        select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
               pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression, case when w.entry like '%:%' then w.entry end
                   as step
          from unnest(p_columns) with ordinality as w (entry, turn)
          join pg_catalog.pg_attribute a
            on a.attrelid = p_table and a.attname = split_part(w.entry, ':', 1) and not a.attisdropped
          left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         order by w.entry like '%:%', w.turn
    loop
        if v_column.step is not null then
            v_update := v_update || quote_literal(v_column.step);
            continue;
        end if;
        v_columns := v_columns || quote_ident(v_column.name);
        v_update := v_update || quote_literal(v_column.name || '=');
        -- Only constants have one value for all rows: a column whose default is made is free in a new row.
        if coalesce(v_column.expression, 'null') ~ '^(''[^'']*''|-?[0-9.]+|true|false|null)(::.*)?$' then
            execute format('select coalesce(to_jsonb((%s)::%s) #>> ''{}'', '''')',
                           coalesce(v_column.expression, 'null'), v_column.type) into v_default;
            v_insert := v_insert || quote_literal(v_column.name || '=' || v_default);
        end if;
    end loop;
    if v_columns = '{}' then
        return;
    end if;
    if v_insert <> '{}' then
        execute format('create or replace trigger %I before insert on %s for each row '
                       'when (current_setting(''app.account_scope'', true) = ''account'') '
                       'execute function core.keep_terms(%s)', v_name || '_keep_terms_insert', p_table,
                       array_to_string(v_insert, ', '));
    end if;
    execute format('create or replace trigger %I before update of %s on %s for each row '
                   'when (current_setting(''app.account_scope'', true) = ''account'') '
                   'execute function core.keep_terms(%s)', v_name || '_keep_terms_update',
                   array_to_string(v_columns, ', '), p_table, array_to_string(v_update, ', '));
end $$;
comment on function core.guard_terms(regclass, text[]) is
    'For migrations: keeps columns of a table, those of the list that it has, from being written in the scope of an '
    'account. A new row of an account has the defaults there; later the account changes nothing but the steps that '
    'are listed as column:from>to.';

-- Who may buy what at which price is staff's.
alter policy tenant_isolation on billing.account_rate_plan
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
                and current_setting('app.account_scope', true) = 'tenant');

select core.guard_terms('accounts.accounts', 'ban', 'kind', 'status', 'parent_account_id', 'billing_mode',
                        'currency', 'channels', 'cps', 'allows_loss');
select core.guard_terms('accounts.documents', 'legal_hold', 'retain_until');
select core.guard_terms('auth.api_keys', 'rate_limit_per_minute', 'rate_limit_burst');

-- Whose number may be shown is a question of law, so the list of numbers beside the account's own is staff's, and what
-- is shown instead with it.
select core.guard_terms('routing.trunks', 'status', 'channels', 'cps', 'max_duration_s', 'hold_s', 'caller_id_policy',
                        'allowed_caller_ids', 'default_caller_id', 'trusts_identity');
select core.guard_terms('routing.caller_id_pool_numbers', 'attestation', 'reputation_score', 'reputation_source',
                        'reputation_checked_at', 'spam_label', 'flagged_at', 'registered_at', 'last_used_at',
                        'used_count', 'answered_count');

-- Whose calls come from an address, staff has made sure of.
create trigger trunk_acl_keep_terms before insert or update or delete on routing.trunk_acl
    for each row when (current_setting('app.account_scope', true) = 'account') execute function core.keep_terms();

-- Who asked an account not to call is on its list, whatever the account would rather.
create trigger dnc_lists_keep_terms_update
    before update of account_id, kind, status, channel, country, region on compliance.dnc_lists
    for each row when (current_setting('app.account_scope', true) = 'account' and old.kind = 'company')
    execute function core.keep_terms('account_id=', 'kind=', 'status=', 'channel=', 'country=', 'region=');

-- A customer routes a number of his and names it. Which numbers are his, and how they stand, is staff's to say.
create trigger dids_keep_terms_insert before insert or delete on numbers.dids
    for each row when (current_setting('app.account_scope', true) = 'account') execute function core.keep_terms();
create trigger dids_keep_terms_update before update of account_id, number, status, assigned_at on numbers.dids
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('account_id=', 'number=', 'status=', 'assigned_at=');
create trigger toll_free_keep_terms_insert before insert or delete on numbers.toll_free
    for each row when (current_setting('app.account_scope', true) = 'account') execute function core.keep_terms();
create trigger toll_free_keep_terms_update
    before update of account_id, number, status, resp_org, resp_org_since, cic, reserved_until, disconnected_until,
                     sms_status, sms_rejection_reason, service_provider_id, provider_reference on numbers.toll_free
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('account_id=', 'number=', 'status=', 'resp_org=', 'resp_org_since=', 'cic=',
                                     'reserved_until=', 'disconnected_until=', 'sms_status=', 'sms_rejection_reason=',
                                     'service_provider_id=', 'provider_reference=', 'sms_status:none>pending',
                                     'sms_status:rejected>pending');

-- A customer keeps a number back for as long as it takes to order it, and gives it up.
create trigger reservations_keep_terms_insert before insert on numbers.reservations
    for each row when (current_setting('app.account_scope', true) = 'account'
                       and (new.state <> 'held' or new.expires_at > now() + interval '30 minutes'))
    execute function core.keep_terms('state=held', 'expires_at=');
create trigger reservations_keep_terms_update
    before update of account_id, number, reserved_at, expires_at, state on numbers.reservations
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('account_id=', 'number=', 'reserved_at=', 'expires_at=', 'state=',
                                     'state:held>released');

-- A customer asks for a port and gives it up; what the other side answers, and when numbers move, is not his. Once it
-- is with the other side he can ask for its end only.
select core.guard_terms('numbers.port_requests', 'direction', 'reason', 'reason_text', 'pon', 'service_provider_id',
                        'provider_reference', 'losing_spid', 'winning_spid', 'losing_resp_org', 'winning_resp_org',
                        'foc_at', 'foc_received_at', 'response_due_at', 'ported_at', 'assigned_to_user_id', 'status',
                        'status:draft>submitted', 'status:draft>cancelled', 'status:submitted>cancel_pending',
                        'status:pending>cancel_pending', 'status:foc_received>cancel_pending',
                        'status:exception>submitted', 'status:exception>cancel_pending', 'status:rejected>submitted',
                        'status:rejected>cancelled');
select core.guard_terms('numbers.port_request_numbers', 'status', 'reason', 'reason_text', 'rate_centre',
                        'subscription_version_id', 'subscription_status', 'emergency_record_unlocked_at', 'foc_at',
                        'ported_at');
-- The history of a port is written by triggers, which run in the scope of whoever made the change.
create trigger port_events_keep_terms_insert before insert on numbers.port_events
    for each row when (current_setting('app.account_scope', true) = 'account' and pg_trigger_depth() = 0
                       and new.kind not in ('document', 'escalation', 'note'))
    execute function core.keep_terms('kind=');

-- What the provider of emergency services, the campaign registry and the witness of a consent say is theirs to say.
select core.guard_terms('numbers.e911_addresses', 'status', 'rejection_reason', 'location_changed_at', 'validated_at',
                        'msag', 'candidates', 'service_provider_id', 'provider_reference');
select core.guard_terms('numbers.e911_records', 'failure_reason', 'provisioned_at', 'removed_at', 'fee_billed_since',
                        'service_provider_id', 'provider_reference', 'status', 'status:provisioning>deprovisioning',
                        'status:active>deprovisioning', 'status:failed>deprovisioning', 'status:active>provisioning',
                        'status:failed>provisioning');
select core.guard_terms('messaging.brands_10dlc', 'identity_status', 'failure_reason', 'registry_reference',
                        'reseller_reference', 'service_provider_id', 'mobile_confirmed_at', 'vetting_provider',
                        'vetting_class', 'trust_score', 'vetted_at', 'vetting_expires_at', 'is_russell_3000',
                        'registered_at', 'status', 'status:draft>pending', 'status:draft>removed',
                        'status:failed>pending', 'status:failed>removed');
select core.guard_terms('messaging.campaigns_10dlc', 'status_reason', 'registry_reference', 'reseller_reference',
                        'service_provider_id', 'registered_at', 'minimum_term_until', 'renews_at', 'status',
                        'status:draft>tcr_pending', 'status:draft>deactivated', 'status:tcr_failed>tcr_pending',
                        'status:tcr_failed>deactivated');
select core.guard_terms('messaging.campaign_numbers', 'failure_reason', 'assigned_at', 'removed_at', 'status',
                        'status:pending>removing', 'status:active>removing', 'status:failed>pending');
select core.guard_terms('messaging.customer_sms_auth', 'status', 'max_sessions', 'window_size', 'segments_per_s',
                        'is_sandbox', 'failed_binds', 'locked_until');
select core.guard_terms('compliance.consent_tokens', 'status', 'claimed_at', 'result', 'failure',
                        'service_provider_id');
select core.guard_terms('compliance.consent_records', 'reassigned_answer', 'reassigned_asked_at');

-- Limits and prices have the same names everywhere, so that what other files made is found by them. In call
-- tracking it is the account itself that sells: the limits of its buyers are its own.
select core.guard_terms(t.name, 'channels', 'cps', 'credit_limit', 'billing_mode', 'payment_terms_days', 'allows_loss',
                        'rate_limit_per_minute', 'max_duration_s', 'hold_s', 'spend_cap', 'daily_spend_cap',
                        'surcharge',
                        'messages_per_second', 'segments_per_second', 'throughput_mps', 'price', 'rate', 'setup_fee',
                        'monthly_fee')
  from (select c.oid::regclass as name
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_policy p on p.polrelid = c.oid
         where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('tracking', 'flows')
           and not exists (select from pg_catalog.pg_trigger g
                            where g.tgrelid = c.oid and g.tgfoid = 'core.keep_terms()'::regprocedure)
           and pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) like '%app.account_ids%'
           and (pg_catalog.has_any_column_privilege('heddle_app', c.oid, 'insert')
                or pg_catalog.has_any_column_privilege('heddle_app', c.oid, 'update'))
         order by c.oid) t;

-- Staff act for accounts, so that a key cannot hold that a user named in a row of an account is one of its people. In
-- the scope of an account nobody is named but them.
create function core.keep_own_user() returns trigger
language plpgsql
as $$
declare
    v_user constant uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
    if v_user is not null and (tg_op = 'INSERT' or v_user::text is distinct from to_jsonb(old) ->> tg_argv[0])
        and not exists (
            select from auth.users u
             where u.tenant_id = new.tenant_id and u.id = v_user
               and u.account_id = any (string_to_array(current_setting('app.account_ids', true), ',')::uuid[])) then
        raise exception '% is none of the account''s people', tg_argv[0]
            using errcode = 'insufficient_privilege', constraint = 'people_are_named_by_their_own_account';
    end if;
    return new;
end $$;
comment on function core.keep_own_user() is
    'Trigger (column): in the scope of an account refuses a user there who is not one of its people.';

create trigger documents_keep_own_user before insert or update of uploaded_by_user_id on accounts.documents
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_own_user('uploaded_by_user_id');
create trigger reservations_keep_own_user before insert or update of reserved_by_user_id on numbers.reservations
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_own_user('reserved_by_user_id');
create trigger flow_versions_keep_own_user before insert or update of published_by_user_id on flows.flow_versions
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_own_user('published_by_user_id');
create trigger login_attempts_keep_own_user before insert on auth.login_attempts
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_own_user('user_id');
create trigger call_tags_keep_own_user before insert or update of tagged_by_user_id on tracking.call_tags
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_own_user('tagged_by_user_id');

-- A platform log: the tenant is gone, so nothing keeps its key.
create table core.tombstones (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    slug          text not null,
    name          text not null,
    opened_at     timestamptz not null,
    closed_at     timestamptz,
    purged_at     timestamptz not null default now(),
    purged_by     text not null,
    row_counts    jsonb not null,
    last_seal     bytea,
    previous      bytea,
    hash          bytea not null,
    key_ref       core.secret_ref,
    signature     bytea,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint tombstone_signature_says_where_its_key_is check ((signature is null) = (key_ref is null))
);

-- How much was cleared before the tenant goes; the tombstone tells it.
create table core.cleared_rows (
    tenant_id  uuid not null,
    name       text not null,
    deleted    bigint not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, name)
);

alter table core.tenants add column closed_at timestamptz;
alter table core.tenants add column closed_reason text;

select core.distribute_pending();

alter table core.tombstones enable row level security;
alter table core.tombstones force row level security;
create policy tenant_isolation on core.tombstones
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
           and current_setting('app.account_scope', true) = 'tenant')
    with check (false);

insert into ref.unaudited_tables (name, reason) values
    ('core.cleared_rows', 'How far a purge is; it ends in the tombstone.'),
    ('core.tombstones', 'Append-only, signed; the tenant''s own trail is gone with it.');

select core.adopt_tables('tenant', 'core.cleared_rows');

create function core.refuse_tombstone_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'a tombstone stays' using errcode = 'restrict_violation', constraint = 'tombstones_is_append_only';
end $$;
comment on function core.refuse_tombstone_change() is 'Trigger: nobody changes or removes a tombstone.';

create trigger tombstones_stay before update or delete on core.tombstones
    for each row execute function core.refuse_tombstone_change();
create trigger tombstones_are_not_truncated before truncate on core.tombstones
    for each statement execute function core.refuse_tombstone_change();

create function core.close_tenant(p_tenant uuid, p_reason text, p_retention interval default '36 months')
returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_until timestamptz;
begin
    if (p_retention >= interval '0') is not true then
        raise exception 'close_tenant wants how long the data is kept, and that is not below zero'
            using errcode = 'invalid_parameter_value';
    end if;
    if p_tenant = core.unattributed_tenant() then
        raise exception 'the tenant of traffic without an owner stays'
            using errcode = 'restrict_violation', constraint = 'unattributed_tenant_stays';
    end if;
    update core.tenants t
       set status = 'closed', closed_at = coalesce(t.closed_at, now()), closed_reason = p_reason,
           purge_after = greatest(t.purge_after, now() + p_retention)
     where t.id = p_tenant
    returning t.purge_after into v_until;
    if not found then
        raise exception 'no such tenant' using errcode = 'no_data_found';
    end if;
    update auth.api_keys k set revoked_at = now() where k.tenant_id = p_tenant and k.revoked_at is null;
    update auth.sessions s set revoked_at = now(), revoked_reason = 'revoked_by_staff'
     where s.tenant_id = p_tenant and s.revoked_at is null;
    update auth.user_tokens u set revoked_at = now()
     where u.tenant_id = p_tenant and u.used_at is null and u.revoked_at is null;
    update messaging.customer_sms_auth c set status = 'suspended' where c.tenant_id = p_tenant and c.status = 'active';
    update integration.webhooks w set status = 'paused' where w.tenant_id = p_tenant and w.status = 'active';
    return v_until;
end $$;
comment on function core.close_tenant(uuid, text, interval) is
    'Closes a tenant: it serves no more, its API keys, sessions and tokens are revoked, its SMPP logins suspended, its '
    'webhooks paused, and its data stays until the time that is returned. Repeated, the time only moves on.';

create function core.holds_anything(p_tenant uuid) returns boolean
language sql stable
as $$
    select exists (select from core.tenants t where t.id = p_tenant and t.legal_hold)
        or exists (select from core.legal_holds h where h.tenant_id = p_tenant and h.released_at is null)
        or exists (select from accounts.documents d
                    where d.tenant_id = p_tenant and d.status <> 'erased' and (d.legal_hold or d.retain_until > now()))
        or exists (select from tracking.recordings r where r.tenant_id = p_tenant and r.legal_hold)
$$;
comment on function core.holds_anything(uuid) is
    'Whether anything of a tenant may not go yet: a legal hold on it, on an account, a document or a recording, or a '
    'document that is retained.';

create function core.mark_tenant_for_purge(p_tenant uuid) returns timestamptz
language plpgsql
as $$
declare
    v_marked timestamptz;
begin
    if core.holds_anything(p_tenant) then
        raise exception 'the tenant is under a legal hold, or has documents that are retained'
            using errcode = 'restrict_violation', constraint = 'held_tenant_is_not_purged';
    end if;
    update core.tenants t
       set purge_marked_at = coalesce(t.purge_marked_at, now())
     where t.id = p_tenant and t.status = 'closed' and t.purge_after <= now()
    returning t.purge_marked_at into v_marked;
    if not found then
        raise exception 'a tenant is marked when it is closed and past its retention'
            using errcode = 'restrict_violation', constraint = 'tenant_is_marked_when_it_is_over';
    end if;
    return v_marked;
end $$;
comment on function core.mark_tenant_for_purge(uuid) is
    'Marks a tenant that is closed, past its retention and without anything that is held for its purge.';

-- Every table that has rows of tenants, with whether they go by themselves when the tenant goes.
create function core.tenant_tables() returns table (name regclass, goes_with_tenant boolean)
language sql stable
as $$
    select c.oid::regclass,
           exists (select from pg_catalog.pg_constraint k
                    where k.conrelid = c.oid and k.contype = 'f' and k.confdeltype = 'c'
                      and (k.confrelid = 'core.tenants'::regclass
                           or k.confrelid = 'accounts.accounts'::regclass
                              and not exists (select from pg_catalog.pg_attribute o     -- some are nobody's
                                               where o.attrelid = c.oid and o.attnum = any (k.conkey)
                                                 and not o.attnotnull)))
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition and c.oid <> 'core.tombstones'::regclass
       and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
     order by 2, 1
$$;
comment on function core.tenant_tables() is
    'The tables that have rows of tenants, and whether the key to the tenant, or to the account that each row has, '
    'takes them all along when it goes.';

-- What is written with every call has no key to its tenant: each would cost as much as two indexes.
create function core.drop_calls() returns trigger
language plpgsql
as $$
begin
    delete from billing.holds h where h.tenant_id = old.id;
    delete from routing.routing_requests q where q.tenant_id = old.id;
    delete from cdr.enriched_cdr e where e.tenant_id = old.id;
    return null;
end $$;
comment on function core.drop_calls() is 'Deletes the holds, requests and calls of a tenant that is deleted.';
create trigger tenants_drop_calls after delete on core.tenants
    for each row execute function core.drop_calls();

-- A table that others point at waits until they are empty. What refuses is left to the purge itself, which takes the
-- row of the tenant first; so is the chain, whose last link the tombstone names.
create function core.clear_tenant(p_tenant uuid, p_limit integer default 10000)
returns table (name text, deleted bigint)
language plpgsql
as $$
declare
    v_table record;
    v_more  boolean;
begin
    if (p_limit > 0) is not true then
        raise exception 'clear_tenant wants how many rows at most' using errcode = 'invalid_parameter_value';
    end if;
    perform from core.tenants t where t.id = p_tenant and t.purge_marked_at is not null for update;
    if not found or core.holds_anything(p_tenant) then
        raise exception 'the tenant is not marked for purge, or something of it is held'
            using errcode = 'restrict_violation', constraint = 'tenant_is_deleted_by_purge_only';
    end if;

    for v_table in
        select t.name as relation, (select string_agg(quote_ident(a.attname), ', ') from pg_catalog.pg_index i
                          join pg_catalog.pg_attribute a on a.attrelid = t.name and a.attnum = any (i.indkey::int2[])
                         where i.indrelid = t.name and i.indisprimary) as key,
               (select string_agg(format('not exists (select from %s where tenant_id = $1)', k.conrelid::regclass),
                                  ' and ')
                  from pg_catalog.pg_constraint k
                 where k.confrelid = t.name and k.contype = 'f' and k.conparentid = 0) as is_free
          from core.tenant_tables() t
         where t.name not in ('audit.seals'::regclass, 'core.cleared_rows'::regclass, 'core.global_claims'::regclass)
           and not exists (select from pg_catalog.pg_constraint k where k.conrelid = t.name and k.confrelid = t.name)
    loop
        execute format('select exists (select from %s where tenant_id = $1 offset $2) and %s', v_table.relation,
                       coalesce(v_table.is_free, 'true')) into v_more using p_tenant, p_limit;
        continue when not v_more;
        begin
            execute format('delete from %1$s where tenant_id = $1 and (%2$s) in (select %2$s from %1$s '
                           'where tenant_id = $1 limit $2)', v_table.relation, v_table.key) using p_tenant, p_limit;
            get diagnostics deleted = row_count;
        exception
            when integrity_constraint_violation then
                continue;
        end;
        name := v_table.relation;
        insert into core.cleared_rows as c (tenant_id, name, deleted) values (p_tenant, name, deleted)
            on conflict on constraint cleared_rows_pkey do update set deleted = c.deleted + excluded.deleted;
        return next;
        return;
    end loop;
end $$;
comment on function core.clear_tenant(uuid, integer) is
    'Deletes rows of a tenant that is marked for purge from one table that has more than so many, at most so many. '
    'Called again, each time in a transaction of its own, until nothing is returned, it leaves core.purge_tenant() '
    'little to do at once; broken off, it goes on where it was.';

create function core.purge_tenant(p_tenant uuid, p_by text, p_key_ref text default null, p_key bytea default null)
returns jsonb
language plpgsql
as $$
declare
    v_tenant   core.tenants;
    v_table    record;
    v_rows     bigint;
    v_counts   jsonb := '{}';
    v_seal     bytea;
    v_previous bytea;
    v_text     bytea;
begin
    if coalesce(p_by, '') = '' or (p_key_ref is null) <> (p_key is null) or octet_length(p_key) < 16 then
        raise exception 'purge_tenant wants who does it, and for a signature a reference and a key of 16 bytes at least'
            using errcode = 'invalid_parameter_value';
    end if;
    select t.* into v_tenant from core.tenants t where t.id = p_tenant for update;
    if not found then
        raise exception 'no such tenant' using errcode = 'no_data_found';
    end if;
    if v_tenant.purge_marked_at is null then
        raise exception 'tenant % is not marked for purge', v_tenant.slug
            using errcode = 'restrict_violation', constraint = 'tenant_is_deleted_by_purge_only';
    end if;

    for v_table in select * from core.tenant_tables() loop
        execute format('select count(*) from %s where tenant_id = $1', v_table.name) into v_rows using p_tenant;
        if v_rows > 0 then
            v_counts := v_counts || jsonb_build_object(v_table.name, v_rows);
        end if;
    end loop;
    select v_counts || coalesce(jsonb_object_agg(c.name, c.deleted + coalesce((v_counts ->> c.name)::bigint, 0)), '{}')
      into v_counts
      from core.cleared_rows c where c.tenant_id = p_tenant;
    v_counts := v_counts - 'core.cleared_rows';
    select s.hash into v_seal from audit.seals s where s.tenant_id = p_tenant order by s.sequence desc limit 1;

    -- The row goes first: what guards append-only tables lets go what has no tenant any more.
    delete from core.tenants t where t.id = p_tenant;
    for v_table in select * from core.tenant_tables() loop
        if not v_table.goes_with_tenant then
            execute format('delete from %s where tenant_id = $1', v_table.name) using p_tenant;
        end if;
    end loop;
    for v_table in select * from core.tenant_tables() loop
        execute format('select count(*) from %s where tenant_id = $1', v_table.name) into v_rows using p_tenant;
        if v_rows > 0 then
            raise exception '% rows of the tenant are left in %', v_rows, v_table.name
                using errcode = 'data_exception', constraint = 'purge_leaves_nothing';
        end if;
    end loop;

    -- Tombstones are chained too, so that none can be taken away from among the others.
    lock table core.tombstones in share row exclusive mode;
    select s.hash into v_previous from core.tombstones s order by s.purged_at desc, s.id desc limit 1;
    v_text := coalesce(v_previous, ''::bytea) || convert_to(jsonb_build_array(
                  p_tenant, v_tenant.slug, v_tenant.name, (extract(epoch from now()) * 1000000)::bigint, p_by, v_counts,
                  encode(v_seal, 'hex'))::text, 'UTF8');
    insert into core.tombstones (tenant_id, slug, name, opened_at, closed_at, purged_by, row_counts, last_seal,
                                 previous, hash, key_ref, signature)
    values (p_tenant, v_tenant.slug, v_tenant.name, v_tenant.created_at, v_tenant.closed_at, p_by, v_counts, v_seal,
            v_previous, sha256(v_text), p_key_ref,
            case when p_key is not null then public.hmac(v_text, p_key, 'sha256') end);
    return v_counts;
end $$;
comment on function core.purge_tenant(uuid, text, text, bytea) is
    'Deletes a tenant and all it owns, in every table, and leaves a tombstone with the number of rows of each table, '
    'signed (HMAC-SHA256) when a key and its reference are given. Refused unless the tenant is closed, without legal '
    'hold, past its retention and marked. Returns the numbers. It is one transaction: core.clear_tenant() before it '
    'keeps that short.';

comment on table core.cleared_rows is 'How many rows core.clear_tenant() has deleted before a purge.';
comment on column core.cleared_rows.name is 'Table, with its schema.';
comment on column core.cleared_rows.deleted is 'How many of its rows are gone.';

comment on table core.tombstones is 'What is left of tenants that were purged. Append-only, chained and signed.';
comment on column core.tombstones.tenant_id is 'The tenant that was.';
comment on column core.tombstones.id is 'Identifier.';
comment on column core.tombstones.slug is 'Its short name.';
comment on column core.tombstones.name is 'Its name.';
comment on column core.tombstones.opened_at is 'When it was made.';
comment on column core.tombstones.closed_at is 'When it was closed.';
comment on column core.tombstones.purged_at is 'When it was purged.';
comment on column core.tombstones.purged_by is 'Who did it.';
comment on column core.tombstones.row_counts is 'How many rows each table had.';
comment on column core.tombstones.last_seal is 'Hash of the last link of its audit chain.';
comment on column core.tombstones.previous is 'Hash of the tombstone before.';
comment on column core.tombstones.hash is 'SHA-256 of all that the tombstone says and of the hash before.';
comment on column core.tombstones.key_ref is 'Where the key of the signature is kept.';
comment on column core.tombstones.signature is 'HMAC-SHA256 of the same.';
comment on column core.tombstones.created_at is 'When the row was made.';
comment on column core.tombstones.updated_at is 'When the row was last changed.';
comment on column core.tenants.closed_at is 'When it was closed.';
comment on column core.tenants.closed_reason is 'Why it was closed.';
