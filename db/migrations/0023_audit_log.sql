-- Who changed what. Append-only, by month. The triggers of 0048 write it.

create domain audit.action as text
    constraint audit_action_is_known
    check (value in ('insert', 'update', 'delete', 'truncate', 'erase', 'login', 'logout', 'view', 'export'));
comment on domain audit.action is
    'What was done: a row changed, a table was emptied, values of a row of the trail were erased, someone logged in or '
    'out, looked at what is sensitive, or data left the house.';

create table audit.audit_log (
    tenant_id   uuid not null,
    occurred_at timestamptz not null default now(),
    id          uuid not null default core.uuid_v7(),
    account_id  uuid,
    user_id     uuid,
    actor       text not null,
    action      audit.action not null,
    object      text not null,
    object_id   uuid,
    old_values  jsonb,
    new_values  jsonb,
    request_id  uuid,
    source      inet,
    salt        uuid not null default gen_random_uuid(),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, occurred_at, id)
) partition by range (occurred_at);
create table audit.audit_log_default partition of audit.audit_log default;
alter table audit.audit_log_default enable row level security;

create index audit_log_of_object on audit.audit_log (tenant_id, object, object_id, occurred_at);
create index audit_log_of_account on audit.audit_log (tenant_id, account_id, occurred_at);

select core.distribute_pending();

select core.adopt_tables('account', 'audit.audit_log');

create trigger audit_log_is_append_only before delete on audit.audit_log
    for each row execute function core.refuse_change('audit_log');
-- Only audit.redact() changes a row (docs/decisions/0014): what it says was changed, and the salt with it.
create trigger audit_log_is_only_redacted before update on audit.audit_log
    for each row
    when (new.salt = old.salt
          or to_jsonb(new) - '{old_values,new_values,salt,updated_at}'::text[]
             is distinct from to_jsonb(old) - '{old_values,new_values,salt,updated_at}'::text[])
    execute function core.refuse_change('audit_log');
create trigger audit_log_is_not_truncated before truncate on audit.audit_log
    for each statement execute function core.refuse_change('audit_log');

grant select, insert on audit.audit_log to heddle_app, heddle_engine;
grant select on audit.audit_log to heddle_report;

comment on table audit.audit_log is
    'Changes of configuration and sensitive reads, append-only, as far as they are written: nothing does yet.';
comment on column audit.audit_log.occurred_at is 'When it was done.';
comment on column audit.audit_log.user_id is 'The user, if a person did it.';
comment on column audit.audit_log.actor is 'Who did it, as a name that outlives the user.';
comment on column audit.audit_log.action is 'insert, update, delete, truncate, erase, login, logout, view or export.';
comment on column audit.audit_log.object is 'Table, with its schema.';
comment on column audit.audit_log.object_id is 'Row.';
comment on column audit.audit_log.old_values is 'The columns that changed, before.';
comment on column audit.audit_log.new_values is 'The columns that changed, after.';
comment on column audit.audit_log.request_id is 'The request that asked for it.';
comment on column audit.audit_log.source is 'Address that it came from.';
