-- Logging in: sessions, one-time tokens, attempts and what locks a user out.
--
-- A session is known by an opaque token of which only the SHA-256 is kept. The token names its tenant in
-- front of 32 random bytes, so that it is found by (tenant, hash) and needs no claim. It lives until the
-- earlier of two ends: an idle one that moves when it is used, and an absolute one that does not. When the
-- token is rotated the old one is remembered: whoever shows it later has a stolen copy, and the session is
-- revoked.
--
-- What is secret has no comment, and what has no comment is not exposed.

create domain auth.session_end as text
    constraint session_end_is_known
    check (value in ('logout', 'password_changed', 'revoked_by_user', 'revoked_by_staff', 'user_disabled',
                     'token_reused'));
comment on domain auth.session_end is
    'Why a session ended before its time. token_reused: a token came that had been rotated away, so somebody has a '
    'copy.';

create domain auth.token_purpose as text
    constraint token_purpose_is_known check (value in ('invitation', 'password_reset', 'email_change'));
comment on domain auth.token_purpose is 'What a one-time token permits.';

create domain auth.login_outcome as text
    constraint login_outcome_is_known
    check (value in ('passed', 'wrong_password', 'wrong_code', 'unknown_user', 'locked', 'disabled',
                     'refused_address'));
comment on domain auth.login_outcome is
    'passed; wrong_password; wrong_code: the second factor; unknown_user; locked: too many failures before; disabled; '
    'refused_address: too many failures from there.';

alter table auth.users
    add column phone                core.e164,
    add column time_zone            core.time_zone,
    add column language             text,
    add column email_verified_at    timestamptz,
    add column invited_at           timestamptz,
    add column disabled_at          timestamptz,
    add column password_changed_at  timestamptz,
    add column must_change_password boolean not null default false,
    add column failed_logins        integer not null default 0,
    add column last_failed_login_at timestamptz,
    add column locked_until         timestamptz,
    add column totp_ciphertext      bytea,
    add column totp_key_id          text,
    add column totp_confirmed_at    timestamptz,
    add column totp_last_step       bigint,
    add column recovery_hashes      bytea[] not null default '{}';
alter table auth.users
    add constraint failed_logins_not_below_zero check (failed_logins >= 0);
alter table auth.users
    add constraint totp_is_whole
        check (num_nulls(totp_ciphertext, totp_key_id) in (0, 2)
               and (totp_confirmed_at is null or totp_ciphertext is not null));
-- For the keys of what belongs to a user and names its account too.
alter table auth.users
    add constraint user_is_known_with_its_account unique (tenant_id, id, account_id);
create index users_by_status on auth.users (tenant_id, status, created_at);
create index users_by_time on auth.users (tenant_id, created_at);

alter table auth.roles
    add column requires_totp boolean not null default false;

alter table auth.api_keys
    add column description       text not null default '',
    add column allowed_addresses cidr[] not null default '{}',
    add column rate_limit_burst  integer not null default 60,
    add column is_sandbox        boolean not null default false,
    add column last_used_ip      inet,
    add column revoked_reason    text;
alter table auth.api_keys
    add constraint rate_limit_burst_above_zero check (rate_limit_burst > 0);
alter table auth.api_keys
    add constraint api_key_is_revoked_for_a_reason check (revoked_reason is null or revoked_at is not null);

create table auth.sessions (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid,
    user_id             uuid not null,
    token_hash          bytea not null,
    previous_token_hash bytea,
    rotated_at          timestamptz not null default now(),
    totp_passed_at      timestamptz,
    last_seen_at        timestamptz not null default now(),
    idle_expires_at     timestamptz not null,
    expires_at          timestamptz not null,
    revoked_at          timestamptz,
    revoked_reason      auth.session_end,
    ip                  inet,
    user_agent          text not null default '',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint session_token_is_taken_once unique (tenant_id, token_hash),
    constraint session_token_is_32_bytes
        check (octet_length(token_hash) = 32 and octet_length(coalesce(previous_token_hash, token_hash)) = 32),
    constraint session_idle_end_not_after_its_end check (idle_expires_at <= expires_at),
    constraint session_is_revoked_for_a_reason check ((revoked_at is null) = (revoked_reason is null)),
    constraint session_user_agent_is_at_most_512_characters check (length(user_agent) <= 512)
) with (fillfactor = 70);  -- last_seen_at and the idle end move all day and are in no index: updates stay on their page
create index sessions_of_user on auth.sessions (tenant_id, user_id, account_id);
create index sessions_of_account on auth.sessions (tenant_id, account_id, created_at);
-- A token that comes back after its rotation.
create index sessions_by_previous_token on auth.sessions (tenant_id, previous_token_hash)
    where previous_token_hash is not null;

create table auth.user_tokens (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    account_id uuid,
    user_id    uuid not null,
    purpose    auth.token_purpose not null,
    token_hash bytea not null,
    email      text not null,
    expires_at timestamptz not null,
    is_asked   boolean not null default false,
    used_at    timestamptz,
    revoked_at timestamptz,
    ip         inet,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint user_token_is_taken_once unique (tenant_id, token_hash),
    constraint user_token_is_32_bytes check (octet_length(token_hash) = 32),
    constraint user_token_is_used_or_revoked check (used_at is null or revoked_at is null)
);
create index user_tokens_of_user on auth.user_tokens (tenant_id, user_id, account_id);
create index user_tokens_of_account on auth.user_tokens (tenant_id, account_id);
-- Asking again revokes what was sent before, so that one mail at a time works.
create unique index user_has_one_open_token_of_a_purpose on auth.user_tokens (tenant_id, user_id, purpose)
    where used_at is null and revoked_at is null;

create table auth.login_attempts (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    account_id   uuid,
    user_id      uuid,
    attempted_at timestamptz not null default now(),
    email        text not null,
    outcome      auth.login_outcome not null,
    ip           inet,
    user_agent   text not null default '',
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id)
);
create index login_attempts_of_email on auth.login_attempts (tenant_id, email, attempted_at);
-- How often one that nobody has was tried lately.
create index login_attempts_unknown on auth.login_attempts (tenant_id, email, attempted_at)
    where outcome = 'unknown_user';
create index login_attempts_of_user on auth.login_attempts (tenant_id, user_id, attempted_at);
create index login_attempts_of_account on auth.login_attempts (tenant_id, account_id, attempted_at);
-- How often one address has failed lately.
create index login_attempts_failed_from on auth.login_attempts (tenant_id, ip, attempted_at) where outcome <> 'passed';

select core.distribute_pending();

-- The account that a row names is its user's, for the row policy; a user who moves to another account loses
-- sessions and tokens first.
alter table auth.sessions
    add constraint session_belongs_to_user foreign key (tenant_id, user_id)
        references auth.users (tenant_id, id) on delete cascade;
alter table auth.sessions
    add constraint session_is_of_the_account_of_its_user foreign key (tenant_id, user_id, account_id)
        references auth.users (tenant_id, id, account_id);
alter table auth.user_tokens
    add constraint user_token_belongs_to_user foreign key (tenant_id, user_id)
        references auth.users (tenant_id, id) on delete cascade;
alter table auth.user_tokens
    add constraint user_token_is_of_the_account_of_its_user foreign key (tenant_id, user_id, account_id)
        references auth.users (tenant_id, id, account_id);
-- Or a key that people of an account make would act in the name of staff. One of the whole tenant names any user.
alter table auth.api_keys
    add constraint api_key_is_of_the_account_of_its_user foreign key (tenant_id, user_id, account_id)
        references auth.users (tenant_id, id, account_id);
alter table auth.login_attempts
    add constraint login_attempt_is_of_user foreign key (tenant_id, user_id)
        references auth.users (tenant_id, id) on delete cascade;
alter table auth.login_attempts
    add constraint login_attempt_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

select core.adopt_tables('account', 'auth.sessions', 'auth.user_tokens', 'auth.login_attempts');

-- It runs as its owner, because the engine, whose job it is, may not see tokens, not even hashed.
create function auth.cleanup_expired_sessions(p_kept interval default interval '7 days') returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_ended integer;
begin
    if (p_kept >= interval '0') is not true then     -- or it would take what is in use
        raise exception 'what has ended is kept for some time, not for %', coalesce(p_kept::text, 'NULL')
            using errcode = 'invalid_parameter_value';
    end if;
    with sessions as (
        delete from auth.sessions s
         where least(s.idle_expires_at, s.revoked_at) < now() - p_kept
        returning 1
    ), tokens as (
        delete from auth.user_tokens t
         where least(t.expires_at, t.used_at, t.revoked_at) < now() - p_kept
        returning 1
    )
    select (select count(*) from sessions) + (select count(*) from tokens) into v_ended;
    return v_ended;
end $$;
comment on function auth.cleanup_expired_sessions(interval) is
    'Deletes the sessions and one-time tokens of all tenants that ended (idle, by age, revoked, used) longer ago than '
    'they are kept for people to see; returns how many. They have stopped working when they ended, not when they are '
    'deleted.';
grant execute on function auth.cleanup_expired_sessions(interval) to heddle_engine;

grant select, insert, update, delete on auth.sessions, auth.user_tokens to heddle_app;
grant select, insert on auth.login_attempts to heddle_app;
grant select (tenant_id, id, account_id, user_id, rotated_at, totp_passed_at, last_seen_at, idle_expires_at, expires_at,
              revoked_at, revoked_reason, ip, user_agent, created_at, updated_at)
    on auth.sessions to heddle_report;
grant select on auth.login_attempts to heddle_report;
grant select (phone, time_zone, language, email_verified_at, invited_at, disabled_at, password_changed_at,
              must_change_password, failed_logins, last_failed_login_at, locked_until, totp_confirmed_at)
    on auth.users to heddle_report;

comment on column auth.users.phone is 'Number that the user is called back on.';
comment on column auth.users.time_zone is 'IANA time zone that times are shown in; NULL takes the account''s.';
comment on column auth.users.language is 'Language tag of what the user is shown and sent.';
comment on column auth.users.email_verified_at is 'When the address was proved by a link that was sent to it.';
comment on column auth.users.invited_at is 'When the user was last invited.';
comment on column auth.users.disabled_at is 'When the user was disabled.';
comment on column auth.users.failed_logins is 'Failed attempts since the last that passed.';
comment on column auth.users.last_failed_login_at is 'When an attempt last failed.';
comment on column auth.users.locked_until is 'Until then no attempt is looked at, right or wrong.';
comment on column auth.users.totp_confirmed_at is
    'When the user proved to have the second factor; NULL logs in without one.';

comment on column auth.roles.requires_totp is 'Whether who has the role must log in with a second factor.';

comment on column auth.api_keys.description is 'A word for people.';
comment on column auth.api_keys.allowed_addresses is 'Networks that it may be used from; empty is everywhere.';
comment on column auth.api_keys.rate_limit_burst is 'Most requests at once, before the limit by minute.';
comment on column auth.api_keys.is_sandbox is 'Whether it works on the simulator only: nothing is sent or charged.';
comment on column auth.api_keys.last_used_ip is 'Address that it was last used from.';
comment on column auth.api_keys.revoked_reason is 'Why it was revoked.';

comment on table auth.sessions is 'Logins in progress, and those that ended lately.';
comment on column auth.sessions.account_id is 'The account of the user; NULL for staff.';
comment on column auth.sessions.user_id is 'The user.';
comment on column auth.sessions.rotated_at is 'When the token was last renewed.';
comment on column auth.sessions.totp_passed_at is 'When the second factor was last proved.';
comment on column auth.sessions.last_seen_at is 'When it was last used, give or take a minute.';
comment on column auth.sessions.idle_expires_at is 'When it ends unless it is used before.';
comment on column auth.sessions.expires_at is 'When it ends in any case.';
comment on column auth.sessions.revoked_at is 'When it was ended before its time.';
comment on column auth.sessions.revoked_reason is 'Why it was ended before its time.';
comment on column auth.sessions.ip is 'Address that it was last used from.';
comment on column auth.sessions.user_agent is 'What the browser called itself.';

comment on table auth.user_tokens is 'Links that were sent to users, each good for one use.';
comment on column auth.user_tokens.account_id is 'The account of the user; NULL for staff.';
comment on column auth.user_tokens.user_id is 'The user.';
comment on column auth.user_tokens.purpose is 'invitation, password_reset or email_change.';
comment on column auth.user_tokens.email is 'Address that it was sent to; the new one for a change.';
comment on column auth.user_tokens.expires_at is 'When it stops working.';
comment on column auth.user_tokens.is_asked is
    'Whether somebody asked for it who said that he forgot the password; else staff made it.';
comment on column auth.user_tokens.used_at is 'When it was used.';
comment on column auth.user_tokens.revoked_at is 'When another took its place.';
comment on column auth.user_tokens.ip is 'Address that it was asked for from.';

comment on table auth.login_attempts is
    'Every attempt to log in. An address that no tenant knows belongs to the unattributed tenant.';
comment on column auth.login_attempts.account_id is 'The account of the user; NULL for staff and for unknown users.';
comment on column auth.login_attempts.user_id is 'The user, where there is one.';
comment on column auth.login_attempts.attempted_at is 'When it was made.';
comment on column auth.login_attempts.email is 'The login that was given, in lower case.';
comment on column auth.login_attempts.outcome is
    'passed, wrong_password, wrong_code, unknown_user, locked, disabled or refused_address.';
comment on column auth.login_attempts.ip is 'Address that it came from.';
comment on column auth.login_attempts.user_agent is 'What the browser called itself.';
