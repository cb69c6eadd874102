-- What is done through the API with what has verbs (docs/decisions/0035): webhooks are made, tested and sent to again
-- as whoever asks for it may; balances are corrected by staff, as the engine; numbers that can be had are found by
-- people who do not see the inventory; calls in progress are hung up by the edge that has them; operators are made and
-- closed by staff of the platform.

grant insert on integration.deliveries to heddle_app;
-- Who asks what other rules would make of his calls reads what calls are routed by: which version of it that is.
grant select (name, version) on core.snapshot_versions to heddle_app;
grant execute on function billing.adjust(uuid, uuid, uuid, numeric, text),
                          billing.change_credit_limit(uuid, uuid, numeric, text) to heddle_engine;

-- It runs as its owner, because people of an account do not see the inventory; it tells of what is free in the tenant
-- of the context alone, and nothing of what it costs or where it is from. Planned for what is asked each time: with
-- nothing but an area code another index is right than with the digits in the middle.
create function numbers.find_available(p_country text, p_area_code text, p_region text, p_locality text,
                                       p_rate_centre text, p_kind text, p_pattern text, p_capabilities text[],
                                       p_limit integer)
returns table (number text, kind text, country text, region text, area_code text, locality text, rate_centre text,
               capabilities text[], price_class text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
as $$
begin
    if p_capabilities <@ array['voice', 'sms', 'mms', 'fax', 'e911'] is not true then
        raise exception 'a number can take voice, sms, mms, fax and e911' using errcode = 'invalid_parameter_value';
    end if;
    return query
    select i.number::text, i.kind::text, i.country, i.region, i.area_code, i.locality, i.rate_centre,
           array_remove(array[case when i.voice_capable then 'voice' end, case when i.sms_capable then 'sms' end,
                              case when i.mms_capable then 'mms' end, case when i.fax_capable then 'fax' end,
                              case when i.e911_capable then 'e911' end], null),
           i.price_class
      from numbers.inventory i
     where i.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid and i.status = 'available'
       and (p_country is null or i.country = p_country)
       and (p_area_code is null or i.area_code = p_area_code)
       and (p_region is null or i.region = p_region)
       and (p_locality is null or lower(i.locality) = lower(p_locality))
       and (p_rate_centre is null or lower(i.rate_centre) = lower(p_rate_centre))
       and (p_kind is null or i.kind = p_kind)
       and (p_pattern is null or i.number like p_pattern)
       and ('voice' <> all (p_capabilities) or i.voice_capable)
       and ('sms' <> all (p_capabilities) or i.sms_capable)
       and ('mms' <> all (p_capabilities) or i.mms_capable)
       and ('fax' <> all (p_capabilities) or i.fax_capable)
       and ('e911' <> all (p_capabilities) or i.e911_capable)
     order by i.number
     limit least(greatest(coalesce(p_limit, 50), 0), 100);
end $$;
comment on function numbers.find_available(text, text, text, text, text, text, text, text[], integer) is
    'Numbers of the tenant of the context that can be had, in their order, a hundred at most: by country, area code, '
    'state or province, city, rate centre, kind, pattern (as LIKE has it) and what they can take (voice, sms, mms, '
    'fax, e911). What is NULL is not asked for.';
grant execute on function numbers.find_available(text, text, text, text, text, text, text, text[], integer)
    to heddle_app;

-- Why an account is as it is stands beside its status, so that one row of the audit trail has both. It is the staff's:
-- it may say what the customer should not read.
alter table accounts.accounts add column status_reason text;
alter table accounts.accounts
    add constraint account_status_reason_is_at_most_500_characters check (char_length(status_reason) <= 500);
comment on column accounts.accounts.status_reason is
    'Why it was suspended, resumed or closed, in the words of who did it.';
create trigger accounts_keep_reason_insert before insert on accounts.accounts
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('status_reason=');
create trigger accounts_keep_reason_update before update of status_reason on accounts.accounts
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('status_reason=');
insert into ref.staff_columns (name, column_name, reason) values
    ('accounts.accounts', 'status_reason', 'What the operator says of its customers.');
insert into ref.personal_data (name, column_name, kind) values ('accounts.accounts', 'status_reason', 'text');

-- What an edge is asked to end. A row is its whole story: who asked and why, and what came of it. The edge takes what
-- is its own, and looks at the request that the row names: whose call that is counts, not what the row says.
create domain routing.hang_up_outcome as text
    constraint hang_up_outcome_is_known check (value in ('ended', 'not_found', 'failed'));
comment on domain routing.hang_up_outcome is
    'ended: the edge was told to end the call; not_found: the call was over by then; failed: the edge was not asked, '
    'or did not do it, in time.';

create table routing.hang_ups (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    account_id   uuid,
    routing_id   uuid not null,
    edge_id      text not null,
    reason       text not null,
    requested_by text not null,
    requested_at timestamptz not null default now(),
    done_at      timestamptz,
    outcome      routing.hang_up_outcome,
    failure      text,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint hang_up_is_done_with_its_outcome check ((done_at is null) = (outcome is null)),
    constraint failed_hang_up_says_why check ((outcome is not distinct from 'failed') = (failure is not null)),
    constraint hang_up_failure_is_at_most_500_characters check (char_length(failure) <= 500),
    constraint hang_up_has_a_reason check (char_length(reason) between 3 and 500)
);
create index hang_ups_of_account on routing.hang_ups (tenant_id, account_id, requested_at);
-- What waits is a handful: each edge looks every second, and a worker for what no edge has taken.
create index hang_ups_waiting on routing.hang_ups (edge_id, requested_at) where done_at is null;
-- Who asks twice asked once.
create unique index call_has_one_hang_up_that_waits on routing.hang_ups (tenant_id, routing_id) where done_at is null;

select core.distribute_pending();

alter table routing.hang_ups
    add constraint hang_up_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

select core.adopt_tables('account', 'routing.hang_ups');

grant select, insert on routing.hang_ups to heddle_app;
grant select, update (done_at, outcome, failure) on routing.hang_ups to heddle_engine;
grant select on routing.hang_ups to heddle_report;

insert into ref.resource_permissions (name, read_permission, write_permission) values
    ('routing.hang_ups', 'routing:read', null);
insert into ref.staff_columns (name, column_name, reason) values
    ('routing.hang_ups', 'reason', 'What the operator says of its customers.'),
    ('routing.hang_ups', 'requested_by', 'Who works for the operator.');
insert into ref.retention_defaults (name, time_column, months, reason) values
    ('routing.hang_ups', 'requested_at', 36, 'With the call records.');

comment on table routing.hang_ups is 'Calls in progress that somebody asked to hang up, and what came of it.';
comment on column routing.hang_ups.account_id is 'Whose call it is; NULL for one of no account.';
comment on column routing.hang_ups.routing_id is 'The call: the id of its routing request.';
comment on column routing.hang_ups.edge_id is 'The edge that has the call.';
comment on column routing.hang_ups.reason is 'Why.';
comment on column routing.hang_ups.requested_by is 'Who asked, as a name that outlives the user.';
comment on column routing.hang_ups.requested_at is 'When it was asked for.';
comment on column routing.hang_ups.done_at is 'When the edge was told, or it was given up; NULL waits.';
comment on column routing.hang_ups.outcome is 'ended, not_found or failed.';
comment on column routing.hang_ups.failure is 'Why it failed, in a sentence; NULL unless it did.';

-- The numbers of a port go where it goes, unless they have gone a way of their own: orders are split, and a number that
-- was refused alone stays so. The scope of its statement is the operator's: people of an account who give a port up do
-- not change its numbers otherwise, and a number in the port of nobody would be in no other one. (SET in the head of a
-- function would be for superusers.)
create function numbers.follow_port() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_scope  constant text := current_setting('app.account_scope', true);
    v_status constant text := case new.status
        when 'submitted' then 'pending'
        when 'foc_received' then 'confirmed'
        when 'authorized' then 'confirmed'
        else new.status end;
    v_from   constant text[] := case new.status
        when 'submitted' then '{confirmed,exception,rejected}'
        when 'foc_received' then '{pending,exception}'
        when 'authorized' then '{pending,exception}'
        when 'rejected' then '{pending,confirmed,exception}'
        when 'cancelled' then '{pending,confirmed,exception,rejected}'
        when 'ported' then '{confirmed}'
        else '{}' end;
begin
    perform set_config('app.account_scope', 'tenant', true);
    update numbers.port_request_numbers n
       set status = v_status,
           reason = case v_status when 'pending' then null when 'rejected' then coalesce(n.reason, new.reason)
                                  else n.reason end,
           reason_text = case v_status when 'pending' then null
                                       when 'rejected' then coalesce(n.reason_text, new.reason_text)
                                       else n.reason_text end,
           foc_at = case v_status when 'pending' then null when 'confirmed' then new.foc_at else n.foc_at end,
           ported_at = case v_status when 'ported' then new.ported_at else n.ported_at end
     where n.tenant_id = new.tenant_id and n.port_request_id = new.id and n.status = any (v_from);
    perform set_config('app.account_scope', coalesce(v_scope, ''), true);
    return null;
end $$;
comment on function numbers.follow_port() is
    'Trigger: the numbers of a port are submitted, confirmed, refused, cancelled and ported with it, but those that '
    'have gone a way of their own.';
-- After its own change is in the history (port_requests_record_status_change): triggers run by name.
create trigger port_requests_take_numbers_along after update of status on numbers.port_requests
    for each row when (old.status <> new.status) execute function numbers.follow_port();

-- Operators are made and kept by staff of the platform, as the engine: heddle_app sees one tenant, and changes none.
alter table core.tenants add column status_reason text;
alter table core.tenants add column legal_hold_reason text;
alter table core.tenants
    add constraint unattributed_tenant_is_active check (id <> core.unattributed_tenant() or status = 'active');
comment on column core.tenants.status_reason is 'Why it was suspended or resumed, in the words of who did it.';
comment on column core.tenants.legal_hold_reason is 'Why the legal hold was placed or lifted.';
insert into ref.staff_columns (name, column_name, reason) values
    ('core.tenants', 'status_reason', 'What is between the platform and the operator.'),
    ('core.tenants', 'legal_hold_reason', 'What is between the platform and the operator.');

-- It runs as its owner, so that the engine may make an operator with somebody who lets the others in, and not users and
-- roles of any. The token is known by its hash; whoever made it gives it away.
create function core.open_tenant(p_tenant uuid, p_slug text, p_name text, p_country text, p_currency text,
                                 p_email text, p_admin text, p_token_hash bytea, p_valid interval)
returns table (user_id uuid, expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into core.tenants (id, slug, name, country, currency)
    values (p_tenant, p_slug, p_name, p_country, p_currency);
    perform auth.add_usual_roles(p_tenant);
    return query
    with person as (
        insert into auth.users (tenant_id, email, name, status, invited_at)
        values (p_tenant, lower(p_email), p_admin, 'invited', now())
        returning id, email
    ), role as (
        insert into auth.user_roles (tenant_id, user_id, role_id)
        select p_tenant, p.id, r.id
          from person p
          join auth.roles r on r.tenant_id = p_tenant and r.name = 'admin'
    )
    insert into auth.user_tokens as t (tenant_id, user_id, purpose, token_hash, email, expires_at)
    select p_tenant, p.id, 'invitation', p_token_hash, p.email, now() + p_valid from person p
    returning t.user_id, t.expires_at;
end $$;
comment on function core.open_tenant(uuid, text, text, text, text, text, text, bytea, interval) is
    'Makes an operator with the usual roles, and its first administrator, who chooses a password by the token whose '
    'hash this is. Returns the user, and when the token ends.';

grant execute on function core.open_tenant(uuid, text, text, text, text, text, text, bytea, interval),
                          core.close_tenant(uuid, text, interval)
    to heddle_engine;
grant update (status, status_reason, legal_hold, legal_hold_reason) on core.tenants to heddle_engine;
