-- Customers of a tenant. Accounts form a tree: a reseller's customers hang below it.
--
-- The tree is kept twice: parent_account_id is the truth that people edit, account_hierarchy its
-- closure, kept by trigger, so that "everything below this reseller" is one indexed read.

create schema accounts;
comment on schema accounts is 'Customers, their contacts and how they hang together.';
grant usage on schema accounts to heddle_app, heddle_engine, heddle_report;

create domain accounts.account_status as text
    constraint account_status_is_known check (value in ('active', 'suspended', 'closed'));
comment on domain accounts.account_status is
    'active calls; suspended may only call emergency codes; closed is kept for its history.';

create domain accounts.account_kind as text
    constraint account_kind_is_known check (value in ('customer', 'reseller'));
comment on domain accounts.account_kind is 'customer: uses the service; reseller: has customers of its own below it.';

create domain accounts.billing_mode as text
    constraint billing_mode_is_known check (value in ('prepaid', 'postpaid'));
comment on domain accounts.billing_mode is
    'prepaid: pays before; postpaid: is invoiced. Either way calls stop at balance plus credit limit.';

create domain accounts.contact_kind as text
    constraint contact_kind_is_known check (value in ('general', 'billing', 'technical', 'abuse'));
comment on domain accounts.contact_kind is 'What a contact is to be asked about.';

create table accounts.accounts (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    ban               text not null,
    name              text not null,
    kind              accounts.account_kind not null default 'customer',
    status            accounts.account_status not null default 'active',
    parent_account_id uuid,
    billing_mode      accounts.billing_mode not null default 'prepaid',
    currency          core.currency not null default 'USD',
    country           text not null default 'US',
    time_zone         core.time_zone not null default 'America/New_York',
    channels          integer,
    cps               integer,
    allows_loss       boolean not null default false,
    metadata          core.metadata not null default '{}',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint account_is_known_with_its_currency unique (tenant_id, id, currency),
    constraint ban_is_taken_once unique (tenant_id, ban),
    constraint ban_is_short_and_in_capitals check (ban ~ '^[A-Z0-9-]{1,32}$'),
    constraint account_has_a_name check (name ~ '\S'),
    constraint account_is_not_its_own_parent check (parent_account_id <> id),
    constraint account_channels_above_zero check (channels > 0),
    constraint account_cps_above_zero check (cps > 0)
);
create index accounts_of_parent on accounts.accounts (tenant_id, parent_account_id);
create index accounts_by_status on accounts.accounts (tenant_id, status, created_at);
create index accounts_by_time on accounts.accounts (tenant_id, created_at);
create index accounts_resellers on accounts.accounts (tenant_id) where kind = 'reseller';
create index accounts_of_country on accounts.accounts (country);
create index accounts_of_currency on accounts.accounts (currency);

create table accounts.account_hierarchy (
    tenant_id             uuid not null,
    ancestor_account_id   uuid not null,
    descendant_account_id uuid not null,
    depth                 integer not null,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, ancestor_account_id, descendant_account_id),
    constraint depth_not_below_zero check (depth >= 0)
);
create index account_hierarchy_of_descendant
    on accounts.account_hierarchy (tenant_id, descendant_account_id, depth);

create table accounts.contacts (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    account_id uuid not null,
    kind       accounts.contact_kind not null default 'general',
    name       text not null,
    email      text,
    phone      core.e164,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint contact_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint contact_can_be_reached check (email is not null or phone is not null)
);
create index contacts_of_account on accounts.contacts (tenant_id, account_id);

select core.distribute_pending();

alter table accounts.accounts
    add constraint account_hangs_below_parent foreign key (tenant_id, parent_account_id)
        references accounts.accounts (tenant_id, id);
alter table accounts.accounts
    add constraint account_dials_from_country foreign key (country) references ref.countries (code);
alter table accounts.account_hierarchy
    add constraint hierarchy_starts_at_account foreign key (tenant_id, ancestor_account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table accounts.account_hierarchy
    add constraint hierarchy_ends_at_account foreign key (tenant_id, descendant_account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table accounts.contacts
    add constraint contact_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;

select core.adopt_tables('self', 'accounts.accounts');
select core.adopt_tables('account', 'accounts.contacts');
select core.adopt_tables('tenant', 'accounts.account_hierarchy');

create function accounts.normalise_ban() returns trigger
language plpgsql
as $$
begin
    new.ban := upper(btrim(new.ban));
    return new;
end $$;
comment on function accounts.normalise_ban() is
    'Trigger: a BAN is in capitals, so that whoever writes it small cannot make a second account of it.';

create trigger accounts_normalise_ban before insert or update of ban on accounts.accounts
    for each row execute function accounts.normalise_ban();
create trigger accounts_keep_claim after insert or delete or update of id, ban on accounts.accounts
    for each row execute function core.keep_claim('ban', 'ban');

-- Rows of one statement come in any order, so an account may find children that came before it. A branch
-- that moves takes all below it along: the links that cross into the branch are cut and made again under
-- the new parent. Links inside the branch stay.
create function accounts.keep_hierarchy() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' and new.parent_account_id is not distinct from old.parent_account_id then
        return null;
    end if;
    -- Two that change the tree at once would each miss the links of the other: they take turns.
    perform from core.tenants t where t.id = new.tenant_id for no key update;

    if tg_op = 'INSERT' then
        insert into accounts.account_hierarchy (tenant_id, ancestor_account_id, descendant_account_id, depth)
        select new.tenant_id, new.id, new.id, 0
         union all
        select new.tenant_id, new.id, below.descendant_account_id, below.depth + 1
          from accounts.accounts child
          join accounts.account_hierarchy below
            on below.tenant_id = new.tenant_id and below.ancestor_account_id = child.id
         where child.tenant_id = new.tenant_id and child.parent_account_id = new.id;
    end if;

    if exists (select from accounts.account_hierarchy h
                where h.tenant_id = new.tenant_id and h.ancestor_account_id = new.id
                  and h.descendant_account_id = new.parent_account_id) then
        raise exception 'account % would hang below itself', new.ban
            using errcode = 'check_violation', constraint = 'account_is_not_its_own_ancestor';
    end if;

    if tg_op = 'UPDATE' then
        delete from accounts.account_hierarchy h
         using accounts.account_hierarchy below, accounts.account_hierarchy above
         where below.tenant_id = new.tenant_id and below.ancestor_account_id = new.id
           and above.tenant_id = new.tenant_id and above.descendant_account_id = new.id and above.depth > 0
           and h.tenant_id = new.tenant_id
           and h.ancestor_account_id = above.ancestor_account_id
           and h.descendant_account_id = below.descendant_account_id;
    end if;

    insert into accounts.account_hierarchy (tenant_id, ancestor_account_id, descendant_account_id, depth)
    select new.tenant_id, above.ancestor_account_id, below.descendant_account_id, above.depth + below.depth + 1
      from accounts.account_hierarchy above
      join accounts.account_hierarchy below
        on below.tenant_id = new.tenant_id and below.ancestor_account_id = new.id
     where above.tenant_id = new.tenant_id and above.descendant_account_id = new.parent_account_id;
    return null;
end $$;
comment on function accounts.keep_hierarchy() is
    'Trigger: keeps account_hierarchy the closure of parent_account_id, and refuses a circle.';

create trigger accounts_keep_hierarchy after insert or update of parent_account_id on accounts.accounts
    for each row execute function accounts.keep_hierarchy();

create function core.set_account_context(p_tenant uuid, p_account uuid, p_user uuid) returns void
language plpgsql
as $$
declare
    subtree uuid[];
begin
    -- The tree is the staff's to read; whoever may set a context may set this one.
    perform core.set_context(p_tenant, 'tenant', null, null);
    select array_agg(h.descendant_account_id) into subtree
      from accounts.account_hierarchy h
     where h.tenant_id = p_tenant and h.ancestor_account_id = p_account;
    perform core.set_context(p_tenant, 'account', subtree, p_user);
end $$;
comment on function core.set_account_context(uuid, uuid, uuid) is
    'Sets the context of the people of an account for the rest of the transaction: they see it and all below it. An '
    'account that does not exist shows nothing.';
revoke all on function core.set_account_context(uuid, uuid, uuid) from public;
grant execute on function core.set_account_context(uuid, uuid, uuid) to heddle_app, heddle_engine, heddle_report;

grant select, insert, update on accounts.accounts to heddle_app;
grant select, insert, update, delete on accounts.contacts to heddle_app;
grant select on accounts.account_hierarchy to heddle_app;
grant select on accounts.accounts, accounts.account_hierarchy to heddle_engine;
grant select on accounts.accounts, accounts.account_hierarchy, accounts.contacts to heddle_report;

comment on table accounts.accounts is
    'Customers of the tenant, each with its own balance; a reseller''s customers hang below it.';
comment on column accounts.accounts.ban is 'Billing account number, in capitals, unique on the platform.';
comment on column accounts.accounts.name is 'Name as people read it.';
comment on column accounts.accounts.kind is 'customer or reseller.';
comment on column accounts.accounts.status is 'active, suspended or closed. Emergency calls pass whatever it says.';
comment on column accounts.accounts.parent_account_id is 'The reseller that the account hangs below.';
comment on column accounts.accounts.billing_mode is 'prepaid or postpaid.';
comment on column accounts.accounts.currency is
    'Currency of its balance and prices; another currency is another account.';
comment on column accounts.accounts.country is 'Home country.';
comment on column accounts.accounts.time_zone is 'IANA time zone of its reports.';
comment on column accounts.accounts.channels is 'Most calls at a time over all its trunks; NULL is no limit.';
comment on column accounts.accounts.cps is 'Most new calls a second over all its trunks; NULL is no limit.';
comment on column accounts.accounts.allows_loss is
    'Whether its calls may go to carriers that cost more than its plan and the plan''s margin floor allow.';

comment on table accounts.account_hierarchy is
    'Every account with each account above it, and with itself at depth 0. Kept by trigger.';
comment on column accounts.account_hierarchy.ancestor_account_id is 'The upper account.';
comment on column accounts.account_hierarchy.descendant_account_id is 'The lower account.';
comment on column accounts.account_hierarchy.depth is 'Steps between the two.';

comment on table accounts.contacts is 'People and desks to ask about an account.';
comment on column accounts.contacts.kind is 'general, billing, technical or abuse.';
comment on column accounts.contacts.name is 'Who it is.';
comment on column accounts.contacts.email is 'Email address.';
comment on column accounts.contacts.phone is 'Telephone number.';
