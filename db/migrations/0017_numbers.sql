-- Telephone numbers: what the tenant holds (inventory), and what is assigned to accounts (DIDs).
-- A DID is an assignment of a number in the inventory, so the inventory alone claims the number.

create schema numbers;
comment on schema numbers is 'Telephone numbers and whom they are assigned to.';
grant usage on schema numbers to heddle_app, heddle_engine, heddle_report;

create domain numbers.inventory_status as text
    constraint inventory_status_is_known check (value in ('available', 'reserved', 'assigned', 'quarantined'));
comment on domain numbers.inventory_status is
    'available; reserved for a customer; assigned as a DID; quarantined after its release.';

create domain numbers.number_kind as text
    constraint number_kind_is_known check (value in ('local', 'toll_free', 'mobile', 'national'));
comment on domain numbers.number_kind is 'What kind of number it is.';

create domain numbers.did_status as text
    constraint did_status_is_known check (value in ('active', 'suspended'));
comment on domain numbers.did_status is 'active takes calls; suspended takes none.';

create table numbers.inventory (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    number     core.e164 not null,
    kind       numbers.number_kind not null default 'local',
    status     numbers.inventory_status not null default 'available',
    country    text not null default 'US',
    region     text,
    vendor_id  uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint inventory_number_is_taken_once unique (tenant_id, number)
);
create index inventory_by_status on numbers.inventory (tenant_id, status, country, region);
create index inventory_of_vendor on numbers.inventory (tenant_id, vendor_id);
create index inventory_of_country on numbers.inventory (country);

create table numbers.dids (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    account_id    uuid not null,
    number        core.e164 not null,
    trunk_id      uuid,
    status        numbers.did_status not null default 'active',
    voice_enabled boolean not null default true,
    assigned_at   timestamptz not null default now(),
    metadata      core.metadata not null default '{}',
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint did_number_is_taken_once unique (tenant_id, number)
);
create index dids_of_account on numbers.dids (tenant_id, account_id);
create index dids_of_trunk on numbers.dids (tenant_id, trunk_id, account_id);

select core.distribute_pending();

alter table numbers.inventory
    add constraint number_lies_in_country foreign key (country) references ref.countries (code);
alter table numbers.inventory
    add constraint number_is_bought_from_vendor foreign key (tenant_id, vendor_id)
        references vendor_mgmt.vendors (tenant_id, id);
alter table numbers.dids
    add constraint did_is_in_inventory foreign key (tenant_id, number)
        references numbers.inventory (tenant_id, number);
alter table numbers.dids
    add constraint did_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table numbers.dids
    add constraint did_rings_trunk_of_its_account foreign key (tenant_id, trunk_id, account_id)
        references routing.trunks (tenant_id, id, account_id);

select core.adopt_tables('tenant', 'numbers.inventory');
select core.adopt_tables('account', 'numbers.dids');

create trigger inventory_keep_claim after insert or delete or update of id, number on numbers.inventory
    for each row execute function core.keep_claim('number', 'number');

grant select, insert, update on numbers.inventory to heddle_app;
grant select, insert, update, delete on numbers.dids to heddle_app;
grant select on numbers.inventory, numbers.dids to heddle_engine, heddle_report;

comment on table numbers.inventory is 'Every number that the tenant holds.';
comment on column numbers.inventory.number is 'The number, unique on the platform.';
comment on column numbers.inventory.kind is 'local, toll_free, mobile or national.';
comment on column numbers.inventory.status is 'available, reserved, assigned or quarantined.';
comment on column numbers.inventory.country is 'Country of the number.';
comment on column numbers.inventory.region is 'State or province of the number.';
comment on column numbers.inventory.vendor_id is 'Vendor that it comes from.';

comment on table numbers.dids is 'Numbers assigned to accounts, and the trunk that they ring.';
comment on column numbers.dids.number is 'The number, in the inventory.';
comment on column numbers.dids.trunk_id is 'Trunk of the account that calls are sent to; NULL rings nowhere.';
comment on column numbers.dids.status is 'active or suspended.';
comment on column numbers.dids.voice_enabled is 'Whether it takes calls.';
comment on column numbers.dids.assigned_at is 'When the account got it.';
