-- Who may do what: users, roles with permissions, API keys.
--
-- Passwords are bcrypt (pgcrypto, 1024 rounds at least), API keys are kept as SHA-256 with a prefix that may be shown.
-- Columns that hold either have no comment, and what has no comment is not exposed.

create schema auth;
comment on schema auth is 'Users, roles, permissions and API keys.';
grant usage on schema auth to heddle_app, heddle_engine, heddle_report;

create domain auth.user_status as text
    constraint user_status_is_known check (value in ('active', 'invited', 'disabled'));
comment on domain auth.user_status is 'active may log in; invited has yet to choose a password; disabled may not.';

create table auth.permissions (
    name        text not null,
    description text not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (name),
    constraint permission_is_subject_and_verb check (name ~ '^[a-z_]+:[a-z_]+$')
);

create table auth.users (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    account_id    uuid,
    email         text not null,
    name          text not null,
    password_hash text,
    status        auth.user_status not null default 'invited',
    last_login_at timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint email_is_taken_once unique (tenant_id, email),
    constraint email_is_lower_case_with_an_at check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$'),
    constraint password_is_bcrypt check (password_hash ~ '^\$2[abxy]\$(1[0-9]|2[0-9]|3[01])\$.{53}$')
);
create index users_of_account on auth.users (tenant_id, account_id);

create table auth.roles (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    name        text not null,
    description text not null default '',
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint role_name_is_taken_once unique (tenant_id, name)
);

create table auth.role_permissions (
    tenant_id  uuid not null,
    role_id    uuid not null,
    permission text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, role_id, permission)
);
create index role_permissions_of_permission on auth.role_permissions (permission);

create table auth.user_roles (
    tenant_id  uuid not null,
    user_id    uuid not null,
    role_id    uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, user_id, role_id)
);
create index user_roles_of_role on auth.user_roles (tenant_id, role_id);

create table auth.api_keys (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    account_id            uuid,
    user_id               uuid,
    name                  text not null,
    key_prefix            text not null,
    key_sha256            bytea not null,
    scopes                text[] not null default '{}',
    rate_limit_per_minute integer not null default 600,
    expires_at            timestamptz,
    revoked_at            timestamptz,
    last_used_at          timestamptz,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint key_prefix_is_taken_once unique (tenant_id, key_prefix),
    constraint key_prefix_is_8_to_16_characters check (key_prefix ~ '^[a-z0-9_]{8,16}$'),
    constraint key_sha256_is_32_bytes check (octet_length(key_sha256) = 32),
    constraint rate_limit_above_zero check (rate_limit_per_minute > 0)
);
create index api_keys_of_account on auth.api_keys (tenant_id, account_id);
create index api_keys_of_user on auth.api_keys (tenant_id, user_id, account_id);

select core.distribute_pending();

alter table auth.users
    add constraint user_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table auth.role_permissions
    add constraint permission_is_given_to_role foreign key (tenant_id, role_id)
        references auth.roles (tenant_id, id) on delete cascade;
alter table auth.role_permissions
    add constraint permission_is_defined foreign key (permission) references auth.permissions (name);
alter table auth.user_roles
    add constraint role_is_given_to_user foreign key (tenant_id, user_id)
        references auth.users (tenant_id, id) on delete cascade;
alter table auth.user_roles
    add constraint user_is_given_role foreign key (tenant_id, role_id)
        references auth.roles (tenant_id, id) on delete cascade;
alter table auth.api_keys
    add constraint api_key_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table auth.api_keys
    add constraint api_key_belongs_to_user foreign key (tenant_id, user_id)
        references auth.users (tenant_id, id) on delete cascade;

select core.adopt_tables('account', 'auth.users', 'auth.api_keys');
select core.adopt_tables('tenant', 'auth.roles', 'auth.role_permissions', 'auth.user_roles');

create function auth.keep_scopes() returns trigger
language plpgsql
as $$
declare
    v_scope text;
begin
    select s into v_scope
      from unnest(new.scopes) s
     where not exists (select from auth.permissions p where p.name = s)
     limit 1;
    if found then
        raise exception '% is no permission', coalesce(v_scope, 'NULL')
            using errcode = 'foreign_key_violation', constraint = 'api_key_scope_is_a_permission';
    end if;
    return new;
end $$;
comment on function auth.keep_scopes() is
    'Trigger: refuses an API key with a scope that is no permission, for no key is checked one by one in an array.';

create trigger api_keys_keep_scopes before insert or update of scopes on auth.api_keys
    for each row when (new.scopes <> '{}') execute function auth.keep_scopes();
create trigger permissions_update_updated_at before update on auth.permissions
    for each row execute function core.update_updated_at_column();
create trigger users_keep_claim after insert or delete or update of id, email on auth.users
    for each row execute function core.keep_claim('email', 'email');
create trigger api_keys_keep_claim after insert or delete or update of id, key_prefix on auth.api_keys
    for each row execute function core.keep_claim('api_key', 'key_prefix');

insert into auth.permissions (name, description) values
    ('accounts:read', 'See accounts and their contacts'),
    ('accounts:write', 'Make and change accounts'),
    ('auth:read', 'See users, roles and API keys'),
    ('auth:write', 'Make and change users, roles and API keys'),
    ('billing:read', 'See balances, ledgers, plans and prices'),
    ('billing:write', 'Change plans and prices, post payments and adjustments'),
    ('cdr:read', 'See call records'),
    ('numbers:read', 'See numbers'),
    ('numbers:write', 'Assign, move and release numbers'),
    ('routing:read', 'See trunks, carriers, decks and routing decisions'),
    ('routing:write', 'Change trunks, carriers and decks'),
    ('audit:read', 'See who changed what'),
    ('vendors:read', 'See vendors'),
    ('vendors:write', 'Make and change vendors');

grant select on auth.permissions to heddle_app, heddle_report;
grant select, insert, update on auth.users to heddle_app;
grant select, insert, update, delete on auth.roles, auth.role_permissions, auth.user_roles, auth.api_keys to heddle_app;
grant select (tenant_id, id, account_id, email, name, status, last_login_at, created_at, updated_at)
    on auth.users to heddle_report;
grant select on auth.roles, auth.role_permissions, auth.user_roles to heddle_report;

comment on table auth.permissions is 'What can be permitted: a subject and a verb. The same for all tenants.';
comment on column auth.permissions.name is 'subject:verb.';
comment on column auth.permissions.description is 'What it permits, in a sentence.';
comment on column auth.permissions.created_at is 'When the row was made.';
comment on column auth.permissions.updated_at is 'When the row was last changed.';

comment on table auth.users is 'People who log in: staff of the tenant, or people of one account.';
comment on column auth.users.account_id is 'The account whose people the user belongs to; NULL for staff.';
comment on column auth.users.email is 'Login, lower case, unique on the platform.';
comment on column auth.users.name is 'Name as people read it.';
comment on column auth.users.status is 'active, invited or disabled.';
comment on column auth.users.last_login_at is 'When the user last logged in.';

comment on table auth.roles is 'Named sets of permissions of a tenant.';
comment on column auth.roles.name is 'Name, unique within the tenant.';
comment on column auth.roles.description is 'What the role is for.';

comment on table auth.role_permissions is 'Which permissions a role has.';
comment on column auth.role_permissions.role_id is 'The role.';
comment on column auth.role_permissions.permission is 'What it permits.';

comment on table auth.user_roles is 'Which roles a user has.';
comment on column auth.user_roles.user_id is 'The user.';
comment on column auth.user_roles.role_id is 'The role.';

comment on table auth.api_keys is 'Keys for programs. The key itself is shown once and kept as a hash.';
comment on column auth.api_keys.account_id is 'The account that the key is confined to; NULL for the whole tenant.';
comment on column auth.api_keys.user_id is 'The user in whose name it acts, if any.';
comment on column auth.api_keys.name is 'What the key is used for.';
comment on column auth.api_keys.key_prefix is
    'The first characters of the key, to recognise it by; unique on the platform.';
comment on column auth.api_keys.scopes is 'Permissions that it is confined to.';
comment on column auth.api_keys.rate_limit_per_minute is 'Most requests a minute.';
comment on column auth.api_keys.expires_at is 'When it stops working; NULL is never.';
comment on column auth.api_keys.revoked_at is 'When it was revoked.';
comment on column auth.api_keys.last_used_at is 'When it was last used, give or take a minute.';
