-- The audit trail: every change of every table but the few listed here, written by trigger, so that no path skips it.
--
-- The triggers fire once a statement and see its rows as sets: a deck of 100000 rows costs one call, not
-- 100000. Only what changed is kept, secrets are masked, and a statement that changed nothing but a time of
-- last use leaves no trace. The function runs as its owner, because nobody is granted a write here: who makes
-- a change cannot make up its record. A row that is given to another key is recorded as the change of the row
-- that it has become.

-- Who is not audited, and why. A table of the model is here or has the triggers; audit.check_triggers() says
-- which has neither.
create table ref.unaudited_tables (
    name       text not null,
    reason     text not null,
    is_import  boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (name),
    constraint unaudited_table_names_its_schema check (name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$')
);

select core.distribute_pending();

create trigger unaudited_tables_update_updated_at before update on ref.unaudited_tables
    for each row execute function core.update_updated_at_column();

grant select on ref.unaudited_tables to heddle_app, heddle_engine, heddle_report;

comment on table ref.unaudited_tables is 'Tables whose changes are not written to the audit trail, with the reason.';
comment on column ref.unaudited_tables.name is 'Table, with its schema.';
comment on column ref.unaudited_tables.reason is 'Why its changes need no record.';
comment on column ref.unaudited_tables.is_import is
    'Only what heddle_engine imports, and what goes with something that is recorded, needs none; what everybody else '
    'changes is recorded.';
comment on column ref.unaudited_tables.created_at is 'When the row was made.';
comment on column ref.unaudited_tables.updated_at is 'When the row was last changed.';

insert into ref.unaudited_tables (name, reason) values
    ('accounts.account_hierarchy', 'Derivable: the closure of accounts.parent_account_id, kept by trigger.'),
    ('audit.audit_log', 'It is the trail.'),
    ('auth.login_attempts', 'A log of its own.'),
    ('auth.sessions', 'Kept by the program with every request; logins are recorded by audit.record().'),
    ('billing.account_balance', 'Derivable from the ledger, which is append-only; its credit_limit is audited.'),
    ('billing.bundle_counters', 'Derivable: counted up by calls and messages.'),
    ('billing.document_counters', 'Derivable from the documents; kept by trigger.'),
    ('billing.holds', 'Kept by the call path; each step of a hold is a posting of the ledger.'),
    ('billing.ledger', 'Append-only: it is its own record.'),
    ('billing.usage_summary', 'A summary, derivable from call and message records.'),
    ('cdr.daily_summary', 'A summary, derivable from call records.'),
    ('cdr.enriched_cdr', 'Call records: derivable from the raw record and the prices that they name.'),
    ('cdr.hourly_summary', 'A summary, derivable from call records.'),
    ('cdr.raw_cdr', 'Call records: written once, by the switch.'),
    ('cdr.reconciliation_classes', 'Derivable: what a run came to.'),
    ('cdr.reconciliation_items', 'Derivable: what a run found.'),
    ('cdr.summary_states', 'Who is summing up.'),
    ('cdr.vendor_cdr', 'Call records of carriers, as their files say.'),
    ('compliance.checks', 'A log of evidence, one row for each check.'),
    ('compliance.dnc_list_entries', 'Lists of millions: compliance.record_entries() records those of no registry.'),
    ('compliance.recording_consents', 'A log, one row for each recorded call.'),
    ('compliance.stir_shaken_status', 'A log, one row for each call.'),
    ('core.global_claims', 'Derivable: kept by trigger with the rows that claim.'),
    ('core.network_claims', 'Derivable: kept by trigger with the rows that claim.'),
    ('integration.deliveries', 'A queue and its log.'),
    ('integration.delivery_attempts', 'A log, one row for each attempt.'),
    ('integration.events', 'A log of events.'),
    ('messaging.mdr', 'Message records.'),
    ('messaging.mdr_parts', 'Message records.'),
    ('messaging.webhook_attempts', 'A log, one row for each attempt.'),
    ('numbers.e911_tests', 'A log of test calls.'),
    ('numbers.port_events', 'Append-only: it is a history.'),
    ('queue.idempotency_keys', 'A queue: kept for a day.'),
    ('queue.jobs', 'A queue: what work did is audited where it did it.'),
    ('queue.outbox', 'A queue: written with what is audited.'),
    ('queue.rate_counters', 'Counters, kept for a window.'),
    ('routing.routing_requests', 'A log of decisions, one for each call.'),
    ('tracking.bids', 'A log, one row for each question.'),
    ('tracking.call_legs', 'Call records.'),
    ('tracking.calls', 'Call records.'),
    ('tracking.cap_reservations', 'Counters of calls in progress.'),
    ('tracking.cap_usage', 'Counters, derivable from calls.'),
    ('tracking.conversions', 'Append-only: a correction is a row of its own.'),
    ('tracking.ring_tree_attempts', 'A log of decisions, one row for each target of a call.'),
    ('tracking.transcriptions', 'Derivable from the recording.'),
    ('tracking.visitor_sessions', 'A log, one row for each visit.'),
    ('vendor_mgmt.performance_metrics', 'A summary, derivable from call and message records.');
insert into ref.unaudited_tables (name, reason, is_import) values
    ('billing.voice_rates', 'As decks.', true),
    ('routing.rate_deck', 'Comes by the million. The version is recorded, with its file, and never changes after.',
     true);

alter table audit.audit_log
    add column object_key     text,
    add column session_role   text not null default session_user,
    add column transaction_id xid8 not null default pg_current_xact_id();
-- What one user did, in time. Most rows of a busy tenant are made by programs.
create index audit_log_of_user on audit.audit_log (tenant_id, user_id, occurred_at) where user_id is not null;

comment on table audit.audit_log is
    'Every change of every table but ref.unaudited_tables, and every sensitive read. Append-only, written by trigger '
    'and by audit.record() alone.';
comment on column audit.audit_log.object_key is 'Key of the row, where it is not one id.';
comment on column audit.audit_log.session_role is 'Database role that was logged in.';
comment on column audit.audit_log.transaction_id is
    'Transaction that it was done in; its changes stand or fell together.';
comment on column audit.audit_log.old_values is
    'The columns that changed, before; of a deleted row all. A secret is shown as ***.';
comment on column audit.audit_log.new_values is
    'The columns that changed, after; of a new row all. A secret is shown as ***.';

-- Who makes a change, and from where. For whom it works is core.set_context().
create function core.set_request_context(p_actor text, p_source inet, p_request uuid, p_trace text default null)
returns void
language plpgsql
as $$
begin
    perform set_config('app.actor', coalesce(p_actor, ''), true),
            set_config('app.source', coalesce(host(p_source), ''), true),
            set_config('app.request_id', coalesce(p_request::text, ''), true),
            set_config('app.traceparent', coalesce(p_trace, ''), true);
end $$;
comment on function core.set_request_context(text, inet, uuid, text) is
    'Says who makes the changes of this transaction, as a name that outlives the user, from which address and for '
    'which request: what the audit trail keeps beside the user of core.set_context(); and of which trace it is, as '
    'traceparent of W3C Trace Context, which events keep. What is NULL is unset.';
grant execute on function core.set_request_context(text, inet, uuid, text) to heddle_app, heddle_engine;

-- Not in SQL: such a function, where it cannot be put in the place of its call, is parsed and planned at every call.
create function audit.is_secret(p_column text) returns boolean
language plpgsql immutable parallel safe
as $$
begin
    return p_column ~ ('(^|_)(pass|passwords?|passwd|pwd|passphrase|passcode|pin|secrets?|tokens?|ciphertext|'
                       'hash(es)?|ha1|otp|totp|nonce|(private|signing|secret|api|access)_?keys?|authorization|'
                       'cookies?|credentials?|card_number|cvv|cvc|ssn|iban)(_|$)|_sha256$|_secret_ref$')
       and p_column !~ '^(checksum|content|body|file|fingerprint)_'
       and p_column !~ '_(id|at|s|count|prefix|kind|status|url)$';
end $$;
comment on function audit.is_secret(text) is
    'Whether a column or a member of this name holds a secret, or where one is kept: its values are never written to '
    'a log.';
grant execute on function audit.is_secret(text) to heddle_app, heddle_engine;

create function audit.is_secret_member(p_name text) returns boolean
language plpgsql immutable parallel safe
as $$
begin
    return audit.is_secret(lower(regexp_replace(p_name, '([a-z0-9])([A-Z])|[-. ]', '\1_\2', 'g')));
end $$;
comment on function audit.is_secret_member(text) is
    'Whether a member of JSON or a header of this name, however it is written, holds a secret.';
grant execute on function audit.is_secret_member(text) to heddle_app, heddle_engine;

create function audit.secret_columns(p_table regclass) returns text[]
language sql stable
as $$
    select coalesce(array_agg(a.attname::text order by a.attnum), '{}')
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_type t on t.oid = a.atttypid
     where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
       and (a.atttypid = 'core.secret_ref'::regtype
            or coalesce(nullif(t.typbasetype, 0), t.oid) in ('bytea'::regtype, 'bytea[]'::regtype)
            -- No truth, time or number is one.
            or audit.is_secret(a.attname) and t.typcategory not in ('B', 'D', 'N', 'T'))
$$;
comment on function audit.secret_columns(regclass) is
    'The columns of a table that the audit trail masks: those of a secret''s name, references to secrets and all '
    'bytes.';

create function audit.mask_text(p_text text) returns text
language sql immutable parallel safe
as $$
    -- A card has 13 to 19 digits in groups and begins with 3 to 6; a number with a + is a telephone's.
    select regexp_replace(regexp_replace(p_text, '\m(bearer|basic|digest)\s+[^\s",;]{6,}', '\1 ***', 'gi'),
                          '(^|[^0-9+A-Za-z])[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{1,7}(?![0-9A-Za-z])',
                          '\1***', 'g')
$$;
comment on function audit.mask_text(text) is
    'A text without what is a secret wherever it stands: what follows Bearer, Basic or Digest, and numbers that look '
    'like a card''s.';
grant execute on function audit.mask_text(text) to heddle_app, heddle_engine;

-- What nothing in it can be a secret's name, or look like one, and too short for a list that is cut. Whatever
-- audit.is_secret() and audit.mask_text() find is found here: nearly every body is told to be clean by one look. Bodies
-- of one and of three members took 21 and 46 microseconds to be taken apart, and 8 and 20 with this look.
create function audit.is_plainly_clean(p_text text, p_depth integer) returns boolean
language plpgsql immutable parallel safe
as $$
begin
    return length(p_text) <= 300
       and length(p_text) - length(translate(p_text, '{[', '')) <= coalesce(p_depth, 300)
       and lower(p_text) !~ ('p(ass|wd|in)|s(ecret|ha256|sn)|token|c(ipher|ookie|redential|ard|v[vc])|ha(sh|1)|otp|'
                             'nonce|key|auth|iban|b(earer|asic)|digest|'
                             '[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]');
end $$;
comment on function audit.is_plainly_clean(text, integer) is
    'Whether a short text, or a body no deeper than so many levels, has nothing that audit.sanitise() or '
    'audit.mask_text() would change. False is no answer.';
grant execute on function audit.is_plainly_clean(text, integer) to heddle_app, heddle_engine;

-- A branch for each kind, so that what is no object or list, which is nearly all, runs no query.
create function audit.sanitise(p_body jsonb, p_depth integer default 8) returns jsonb
language plpgsql immutable parallel safe
as $$
begin
    if jsonb_typeof(p_body) in ('object', 'array') and audit.is_plainly_clean(p_body::text, p_depth) then
        return p_body;
    end if;
    case jsonb_typeof(p_body)
    when 'string' then
        return to_jsonb(case when p_depth is not null and length(p_body #>> '{}') > 2000
                             then left(audit.mask_text(p_body #>> '{}'), 2000) || '…'
                             else audit.mask_text(p_body #>> '{}') end);
    when 'number' then
        return case when audit.mask_text(p_body #>> '{}') = p_body #>> '{}' then p_body else '"***"' end;
    when 'object' then
        if p_depth = 0 then
            return '"…"';
        end if;
        return coalesce((select jsonb_object_agg(m.key, case when audit.is_secret_member(m.key)
                                                             then case m.value when 'null' then m.value
                                                                               else '"***"' end
                                                             else audit.sanitise(m.value, p_depth - 1) end)
                           from jsonb_each(p_body) m), '{}');
    when 'array' then
        if p_depth = 0 then
            return '"…"';
        end if;
        return coalesce((select jsonb_agg(audit.sanitise(e.value, p_depth - 1) order by e.turn)
                           from jsonb_array_elements(p_body) with ordinality as e (value, turn)
                          where p_depth is null or e.turn <= 100), '[]');
    else
        return p_body;
    end case;
end $$;
comment on function audit.sanitise(jsonb, integer) is
    'A body as it may be kept: members whose names tell of a secret are ***, so is what is one by its looks '
    '(audit.mask_text), long texts and lists are cut, and so is what lies too deep. Without a depth nothing is cut.';
grant execute on function audit.sanitise(jsonb, integer) to heddle_app, heddle_engine;

create function audit.has_no_secrets(p_body jsonb, p_references boolean default false) returns boolean
language plpgsql immutable parallel safe
as $$
begin
    return case jsonb_typeof(p_body)
        when 'object' then not exists (
            select from jsonb_each(p_body) m
             where case when audit.is_secret_member(m.key) and m.value <> 'null'
                        then not (p_references and jsonb_typeof(m.value) = 'string'
                                  and m.value #>> '{}' ~ '^(env|file|gcp-sm):.+')
                        else not audit.has_no_secrets(m.value, p_references) end)
        when 'array' then not exists (
            select from jsonb_array_elements(p_body) e where not audit.has_no_secrets(e.value, p_references))
        else audit.sanitise(p_body, null) = p_body
    end;
end $$;
comment on function audit.has_no_secrets(jsonb, boolean) is
    'Whether nothing in a body is a secret, by its name or by its looks; or, with references, whether each is a '
    'core.secret_ref.';
grant execute on function audit.has_no_secrets(jsonb, boolean) to heddle_app, heddle_engine;

-- A reference is read by the program. What an account's own people write is sent to where they say, so that theirs
-- could fetch the operator's secrets: they have the signature instead.
alter table integration.webhooks
    add constraint webhook_header_names_secrets_by_reference check (audit.has_no_secrets(headers, true));
alter table integration.webhooks
    add constraint webhook_of_account_has_no_secret_headers
        check (account_id is null or audit.has_no_secrets(headers));
alter table vendor_mgmt.service_providers
    add constraint service_config_names_secrets_by_reference check (audit.has_no_secrets(config, true));

-- Without the compiler of expressions: for ten thousand rows it takes longer than it saves (0.69 s with it, 0.45 s
-- without).
create function audit.record_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
    -- Not TG_TABLE_NAME: on a node of a distributed database it is the name of a shard.
    v_object  constant text := tg_argv[0];
    v_tenant  constant text := tg_argv[1];
    v_account constant text := tg_argv[2];
    v_key     constant text[] := string_to_array(tg_argv[3], ',');
    v_silent  constant text[] := '{updated_at,last_used_at,last_login_at,last_seen_at,last_polled_at,'
                                 'health_checked_at,occurrences,edition,failed_logins,last_failed_login_at}';
    v_secrets constant text[] := string_to_array(tg_argv[4], ',');
    v_objects constant text[] := string_to_array(tg_argv[5], ',');
    v_masked  constant text[] := v_secrets || v_objects;
    v_user    constant uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    v_actor   constant text := coalesce(nullif(current_setting('app.actor', true), ''), v_user::text, session_user);
    v_request constant uuid := nullif(current_setting('app.request_id', true), '')::uuid;
    v_source  constant inet := nullif(current_setting('app.source', true), '')::inet;
    -- Of the n-th row that a statement makes for many requests at once.
    v_requests constant uuid[] := nullif(current_setting('app.request_ids', true), '')::uuid[];
begin
    if tg_op = 'UPDATE' then
        -- The n-th old row and the n-th new row are one row, for both are collected as the statement goes. A
        -- full join is never made row by row against all, whatever number of rows the plan was made for.
        insert into audit.audit_log (tenant_id, account_id, user_id, actor, action, object, object_id, object_key,
                                     old_values, new_values, request_id, source)
        select (n.row ->> v_tenant)::uuid, (n.row ->> v_account)::uuid, v_user, v_actor, 'update', v_object,
               case when v_key = '{}' then (n.row ->> 'id')::uuid end,
               case when v_key <> '{}' then (select string_agg(n.row ->> k, ' ') from unnest(v_key) k) end,
               changed.old_values, changed.new_values, v_request, v_source
          from (select row_number() over () as position, to_jsonb(o) as row from old_rows o) o
          full join (select row_number() over () as position, to_jsonb(n) as row from new_rows n) n using (position)
         cross join lateral (
               select jsonb_object_agg(c.key, case when c.key = any (v_secrets) and o.row ->> c.key is not null
                                                   then '"***"'
                                                   when c.key = any (v_objects)
                                                   then audit.sanitise(o.row -> c.key, null)
                                                   else o.row -> c.key end) as old_values,
                      jsonb_object_agg(c.key, case when c.key = any (v_secrets) and n.row ->> c.key is not null
                                                   then '"***"'
                                                   when c.key = any (v_objects) then audit.sanitise(c.value, null)
                                                   else c.value end) as new_values
                 from jsonb_each(n.row) c
                where c.value is distinct from o.row -> c.key and c.key <> all (v_silent)) changed
         where changed.new_values is not null;
    elsif tg_op = 'INSERT' then
        insert into audit.audit_log (tenant_id, account_id, user_id, actor, action, object, object_id, object_key,
                                     new_values, request_id, source)
        select (n.row ->> v_tenant)::uuid, (n.row ->> v_account)::uuid, v_user, v_actor, 'insert', v_object,
               case when v_key = '{}' then (n.row ->> 'id')::uuid end,
               case when v_key <> '{}' then (select string_agg(n.row ->> k, ' ') from unnest(v_key) k) end,
               -- Most tables have one such column at most, and it is nearly always empty.
               case when v_masked = '{}'
                         or cardinality(v_masked) = 1 and n.row -> v_masked[1] in ('null', '{}', '[]') then n.row
                    else n.row || coalesce(
                   (select jsonb_object_agg(k, case when k = any (v_secrets) then '"***"'
                                                    else audit.sanitise(n.row -> k, null) end)
                      from unnest(v_masked) k where n.row -> k not in ('null', '{}', '[]')), '{}') end,
               coalesce(v_requests[n.position], v_request), v_source
          from (select row_number() over () as position, to_jsonb(n) as row from new_rows n) n;
    else
        -- What goes with its tenant leaves a tombstone instead, for its trail goes too.
        insert into audit.audit_log (tenant_id, account_id, user_id, actor, action, object, object_id, object_key,
                                     old_values, request_id, source)
        select (o.row ->> v_tenant)::uuid, (o.row ->> v_account)::uuid, v_user, v_actor, 'delete', v_object,
               case when v_key = '{}' then (o.row ->> 'id')::uuid end,
               case when v_key <> '{}' then (select string_agg(o.row ->> k, ' ') from unnest(v_key) k) end,
               case when v_masked = '{}' then o.row else o.row || coalesce(
                   (select jsonb_object_agg(k, case when k = any (v_secrets) then '"***"'
                                                    else audit.sanitise(o.row -> k, null) end)
                      from unnest(v_masked) k where o.row -> k not in ('null', '{}', '[]')), '{}') end,
               v_request, v_source
          from (select to_jsonb(o) as row from old_rows o offset 0) o
         where exists (select from core.tenants t
                        where t.id = (o.row ->> v_tenant)::uuid and t.purge_marked_at is null);
    end if;
    return null;
end $$;
comment on function audit.record_change() is
    'Trigger (table, tenant column, account column, key columns, secret columns, columns of jsonb, whose secrets are '
    'masked inside): writes each row that a statement '
    'changed to the audit trail, with who, when and from where as core.set_context() and core.set_request_context() '
    'say. core.adopt_tables() gives it to new tables.';

-- TRUNCATE fires no trigger of rows. It is for whoever owns the table, and so are the rows of all tenants.
create function audit.record_truncate() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('insert into audit.audit_log (tenant_id, user_id, actor, action, object, old_values, request_id, '
                   'source) select t.%I, $1, coalesce($2, $1::text, session_user), ''truncate'', $3, '
                   'jsonb_build_object(''rows'', count(*)), $4, $5 from %s t group by 1', tg_argv[1],
                   tg_relid::regclass)
      using nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.actor', true), ''),
            tg_argv[0], nullif(current_setting('app.request_id', true), '')::uuid,
            nullif(current_setting('app.source', true), '')::inet;
    return null;
end $$;
comment on function audit.record_truncate() is
    'Trigger (table, tenant column): writes to the trail of each tenant how many of its rows a TRUNCATE takes.';

-- For a column of a table that is otherwise not audited. The statements of the call path do not name it, so that they
-- pay nothing.
create function audit.record_column() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_column constant text := tg_argv[1];
    v_user   constant uuid := nullif(current_setting('app.user_id', true), '')::uuid;
begin
    insert into audit.audit_log (tenant_id, account_id, user_id, actor, action, object, object_key,
                                 old_values, new_values, request_id, source)
    values (new.tenant_id, new.account_id, v_user,
            coalesce(nullif(current_setting('app.actor', true), ''), v_user::text, session_user), 'update', tg_argv[0],
            new.account_id::text, jsonb_build_object(v_column, to_jsonb(old) -> v_column),
            jsonb_build_object(v_column, to_jsonb(new) -> v_column),
            nullif(current_setting('app.request_id', true), '')::uuid,
            nullif(current_setting('app.source', true), '')::inet);
    return null;
end $$;
comment on function audit.record_column() is
    'Trigger (table, column) for rows of accounts: writes a change of one column to the audit trail.';

create trigger account_balance_audit_credit_limit after update of credit_limit on billing.account_balance
    for each row when (new.credit_limit is distinct from old.credit_limit)
    execute function audit.record_column('billing.account_balance', 'credit_limit');
create trigger account_balance_audit_low_balance after update of low_balance on billing.account_balance
    for each row when (new.low_balance is distinct from old.low_balance)
    execute function audit.record_column('billing.account_balance', 'low_balance');

-- What the trigger of a table is told. A function that asked the catalog with every statement would cost more
-- than the record itself.
create function audit.trigger_arguments(p_table regclass) returns text[]
language sql stable
as $$
    select array[format('%s.%s', n.nspname, c.relname),
                 case when bool_or(a.attname = 'tenant_id') then 'tenant_id' else 'id' end,
                 case when bool_or(a.attname = 'account_id') then 'account_id'
                      when c.oid = 'accounts.accounts'::regclass then 'id' else '' end,
                 case when bool_or(a.attname = 'id' and a.atttypid = 'uuid'::regtype) then '' else coalesce((
                      select string_agg(k.attname, ',' order by array_position(i.indkey::int2[], k.attnum))
                        from pg_catalog.pg_index i
                        join pg_catalog.pg_attribute k on k.attrelid = c.oid and k.attnum = any (i.indkey::int2[])
                       where i.indrelid = c.oid and i.indisprimary and k.attname <> 'tenant_id'), '') end,
                 array_to_string(audit.secret_columns(c.oid), ','),
                 coalesce(string_agg(a.attname, ',' order by a.attnum)
                          filter (where coalesce(nullif(t.typbasetype, 0), t.oid) = 'jsonb'::regtype
                                    and a.attname <> all (audit.secret_columns(c.oid))), '')]
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_type t on t.oid = a.atttypid
     where c.oid = p_table
     group by c.oid, n.nspname, c.relname
$$;
comment on function audit.trigger_arguments(regclass) is
    'The arguments that audit.record_change() needs for a table: its name, the columns of tenant and account, the key '
    'where it is not one id, the columns that are masked, and those of jsonb.';

create or replace function audit.attach(variadic p_tables regclass[]) returns integer
language plpgsql
as $$
declare
    v_table     record;
    v_event     record;
    v_arguments text;
    v_made      integer := 0;
begin
    for v_table in
        select c.oid::regclass as name, c.relname, audit.trigger_arguments(c.oid) as arguments,
               case when u.is_import then 'when (current_user <> ''heddle_engine'' and pg_trigger_depth() = 0) '
                    else '' end as condition
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          left join ref.unaudited_tables u on u.name = format('%s.%s', n.nspname, c.relname)
         where c.oid = any (p_tables) and u.is_import is distinct from false
         order by c.oid
    loop
        select string_agg(quote_literal(a), ', ' order by turn) into v_arguments
          from unnest(v_table.arguments) with ordinality as argument (a, turn);
        for v_event in
            select *
              from (values ('insert', 'new table as new_rows'),
                           ('update', 'old table as old_rows new table as new_rows'),
                           ('delete', 'old table as old_rows')) as event (name, rows)
        loop
            execute format('create or replace trigger %I after %s on %s referencing %s for each statement %s'
                           'execute function audit.record_change(%s)',
                           v_table.relname || '_audit_' || v_event.name, v_event.name, v_table.name, v_event.rows,
                           v_table.condition, v_arguments);
        end loop;
        execute format('create or replace trigger %I before truncate on %s for each statement '
                       'execute function audit.record_truncate(%L, %L)', v_table.relname || '_audit_truncate',
                       v_table.name, v_table.arguments[1], v_table.arguments[2]);
        v_made := v_made + 1;
    end loop;
    return v_made;
end $$;
comment on function audit.attach(regclass[]) is
    'Gives tables the triggers of the audit trail, unless they are in ref.unaudited_tables; returns how many have '
    'them now. Called again where a column with a secret was added to a table.';

create function audit.check_triggers() returns table (name text, problem text)
language sql stable
as $$
    with tables as (
        select c.oid, format('%s.%s', n.nspname, c.relname) as name, u.is_import is false as is_listed
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          left join ref.unaudited_tables u on u.name = format('%s.%s', n.nspname, c.relname)
         where c.relkind in ('r', 'p') and not c.relispartition
           and (c.oid = 'core.tenants'::regclass
                or exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'))
           and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    ), triggers as (
        select t.oid, count(g.oid) as number,
               bool_and(g.tgargs = (select string_agg(convert_to(a, 'UTF8') || '\x00'::bytea, ''::bytea order by turn)
                                      from unnest(audit.trigger_arguments(t.oid))
                                           with ordinality as argument (a, turn)
                                     where argument.turn <= g.tgnargs)) as are_right
          from tables t
          join pg_catalog.pg_trigger g on g.tgrelid = t.oid and g.tgenabled = 'O'
                                      and (g.tgfoid = 'audit.record_change()'::regprocedure and g.tgnargs = 6
                                           or g.tgfoid = 'audit.record_truncate()'::regprocedure and g.tgnargs = 2)
         group by t.oid
    )
    select t.name, case when t.is_listed then 'audited although it is listed as unaudited'
                        when g.number is null then 'neither audited nor listed as unaudited'
                        when g.number <> 4 then 'audited for some changes only'
                        else 'the columns that are masked, or its key, have changed: call audit.attach() again' end
      from tables t
      left join triggers g using (oid)
     where case when t.is_listed then g.number is not null else (g.number = 4 and g.are_right) is not true end
     union all
    select u.name, 'listed as unaudited, and there is no such table'
      from ref.unaudited_tables u where to_regclass(u.name) is null
     order by 1
$$;
comment on function audit.check_triggers() is
    'Tables of tenants that are neither audited nor listed as unaudited, or audited otherwise than they should be. No '
    'rows is the right answer.';

create function audit.record(p_tenant uuid, p_action text, p_object text, p_object_id uuid, p_account uuid,
                             p_values jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_user constant uuid := nullif(current_setting('app.user_id', true), '')::uuid;
begin
    if p_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid then
        raise exception 'the record is not of the tenant that this transaction works for'
            using errcode = 'insufficient_privilege';
    end if;
    if current_setting('app.account_scope', true) = 'account'
        and (p_account = any (string_to_array(nullif(current_setting('app.account_ids', true), ''), ',')::uuid[]))
            is not true then
        raise exception 'the record is not of an account that this transaction works for'
            using errcode = 'insufficient_privilege';
    end if;
    if p_action is null or p_action in ('insert', 'update', 'delete', 'truncate', 'erase') then
        raise exception 'changes are recorded by the tables themselves, not by audit.record()'
            using errcode = 'invalid_parameter_value';
    end if;
    insert into audit.audit_log (tenant_id, account_id, user_id, actor, action, object, object_id, new_values,
                                 request_id, source)
    values (p_tenant, p_account, v_user,
            coalesce(nullif(current_setting('app.actor', true), ''), v_user::text, session_user), p_action, p_object,
            p_object_id, p_values, nullif(current_setting('app.request_id', true), '')::uuid,
            nullif(current_setting('app.source', true), '')::inet);
end $$;
comment on function audit.record(uuid, text, text, uuid, uuid, jsonb) is
    'Writes what is no change of a row to the audit trail: a login, a look at call records, an export. For the tenant '
    'of the context alone, and in the scope of accounts for one of them.';
grant execute on function audit.record(uuid, text, text, uuid, uuid, jsonb) to heddle_app, heddle_engine;

revoke insert on audit.audit_log from heddle_app, heddle_engine;

-- The tables that were there before.
select audit.attach(variadic array_agg(c.oid::regclass order by c.oid))
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and (c.oid = 'core.tenants'::regclass
        or exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'));
