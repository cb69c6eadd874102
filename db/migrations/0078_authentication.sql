-- Logging in through the API: what a user may, the roles that an operator begins with, and staff of the platform that
-- enters an operator (docs/decisions/0034).

alter table core.tenants
    add column api_requests_per_minute integer not null default 60000;
alter table core.tenants
    add constraint api_requests_per_minute_above_zero check (api_requests_per_minute > 0);
comment on column core.tenants.api_requests_per_minute is
    'Most requests a minute that all its keys and sessions together have of the API.';

-- The token is known by its hash, as a session's. Its user is of another tenant: the platform's own.
create table auth.support_entries (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    user_id     uuid not null,
    session_id  uuid not null,
    email       text not null,
    reason      text not null,
    permissions text[] not null,
    token_hash  bytea not null,
    expires_at  timestamptz not null,
    ended_at    timestamptz,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint support_token_is_taken_once unique (tenant_id, token_hash),
    constraint support_token_is_32_bytes check (octet_length(token_hash) = 32),
    constraint support_entry_has_a_reason check (char_length(reason) between 10 and 500),
    constraint support_entry_ends_within_8_hours check (expires_at <= created_at + interval '8 hours')
);
create index support_entries_by_time on auth.support_entries (tenant_id, created_at);

select core.distribute_pending();

select core.adopt_tables('tenant', 'auth.support_entries');

-- It runs as its owner, because people of an account do not see roles, and must not look after whom they do not know to
-- permit more than they do. It tells of the tenant alone that the caller works for.
create function auth.permissions_of(p_tenant uuid, p_user uuid) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(distinct rp.permission order by rp.permission), '{}')
      from auth.user_roles ur
      join auth.role_permissions rp on rp.tenant_id = ur.tenant_id and rp.role_id = ur.role_id
     where ur.tenant_id = p_tenant and ur.user_id = p_user
       and (session_user <> 'heddle_app' or p_tenant = nullif(current_setting('app.tenant_id', true), '')::uuid)
$$;
comment on function auth.permissions_of(uuid, uuid) is 'What a user may: the permissions of all its roles.';
grant execute on function auth.permissions_of(uuid, uuid) to heddle_app, heddle_engine;

create function auth.add_usual_roles(p_tenant uuid) returns integer
language sql
as $$
    with made as (
        insert into auth.roles (tenant_id, name, description)
        values (p_tenant, 'admin', 'Everything'),
               (p_tenant, 'support', 'Sees calls, numbers, messages and routing'),
               (p_tenant, 'finance', 'Balances, invoices, payments and prices'),
               (p_tenant, 'customer', 'Sees the calls, numbers and balance of an account')
            on conflict (tenant_id, name) do nothing
        returning id, name
    ), given as (
        insert into auth.role_permissions (tenant_id, role_id, permission)
        select p_tenant, m.id, p.name
          from made m
          join auth.permissions p
            on p.name not in ('support:enter', 'tenants:write')
           and case m.name
               when 'admin' then true
               when 'support' then p.name in ('accounts:read', 'cdr:read', 'messaging:read', 'numbers:read',
                                              'routing:read')
               when 'finance' then p.name in ('accounts:read', 'billing:charge', 'billing:read', 'billing:write',
                                              'cdr:read', 'vendors:read')
               else p.name in ('billing:read', 'cdr:read', 'messaging:read', 'numbers:read') end
    )
    select count(*)::integer from made
$$;
comment on function auth.add_usual_roles(uuid) is
    'Makes the roles that an operator begins with, where there are none of their names: admin, support, finance and '
    'customer. Returns how many.';
grant execute on function auth.add_usual_roles(uuid) to heddle_app, heddle_engine;

insert into auth.permissions (name, description) values
    ('billing:charge', 'Hold and charge money of accounts for what is no call of ours'),
    ('support:enter', 'Enter another operator for support; only of staff of the platform'),
    ('tenants:write', 'Make operators, suspend, resume, hold and close them; only of staff of the platform');

-- Nobody but the platform has such staff: a role of another tenant that could enter would enter all.
create function auth.keep_support_of_platform() returns trigger
language plpgsql
as $$
begin
    raise exception 'only the platform''s own staff enters and changes other operators'
        using errcode = 'check_violation', constraint = 'support_is_of_the_platform';
end $$;
comment on function auth.keep_support_of_platform() is
    'Trigger: refuses what lets somebody enter or change other operators, but of the unattributed tenant, the '
    'platform''s own.';
create trigger role_permissions_keep_support before insert or update on auth.role_permissions
    for each row when (new.permission in ('support:enter', 'tenants:write')
                       and new.tenant_id <> '00000000-0000-0000-0000-000000000000')
    execute function auth.keep_support_of_platform();
create trigger api_keys_keep_support before insert or update of scopes on auth.api_keys
    for each row when (new.scopes && '{support:enter,tenants:write}'
                       and new.tenant_id <> '00000000-0000-0000-0000-000000000000')
    execute function auth.keep_support_of_platform();

grant select, insert, update on auth.support_entries to heddle_app;
grant select (tenant_id, id, user_id, session_id, email, reason, permissions, expires_at, ended_at, created_at,
              updated_at)
    on auth.support_entries to heddle_report;

comment on table auth.support_entries is 'When staff of the platform entered the operator, why, and until when.';
comment on column auth.support_entries.user_id is 'The user, one of the platform''s own.';
comment on column auth.support_entries.session_id is
    'The session of the user, at home, that it was entered from: it ends with that.';
comment on column auth.support_entries.email is 'Login of the user.';
comment on column auth.support_entries.reason is 'Why: a ticket, or a sentence.';
comment on column auth.support_entries.permissions is 'What was permitted meanwhile.';
comment on column auth.support_entries.expires_at is 'When it ended at the latest.';
comment on column auth.support_entries.ended_at is 'When it was ended before.';
