-- The commercial side of suppliers: who they are and on what terms. The technical side of a
-- carrier, where its calls go, is routing.carriers.

create schema vendor_mgmt;
comment on schema vendor_mgmt is 'Suppliers: who they are and on what terms.';
grant usage on schema vendor_mgmt to heddle_app, heddle_report;

create domain vendor_mgmt.vendor_status as text
    constraint vendor_status_is_known check (value in ('active', 'suspended', 'ended'));
comment on domain vendor_mgmt.vendor_status is 'active, suspended (in dispute, say) or ended.';

create table vendor_mgmt.vendors (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    name       text not null,
    status     vendor_mgmt.vendor_status not null default 'active',
    country    text not null default 'US',
    noc_email  text,
    noc_phone  core.e164,
    metadata   core.metadata not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint vendor_name_is_taken_once unique (tenant_id, name)
);
create index vendors_of_country on vendor_mgmt.vendors (country);
create index vendors_by_status on vendor_mgmt.vendors (tenant_id, status, created_at);

create table vendor_mgmt.carriers (
    tenant_id          uuid not null,
    id                 uuid not null default core.uuid_v7(),
    vendor_id          uuid not null,
    ocn                text,
    currency           core.currency not null default 'USD',
    payment_terms_days integer not null default 30,
    credit_limit       core.total not null default 0,
    metadata           core.metadata not null default '{}',
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint ocn_is_four_characters check (ocn ~ '^[0-9A-Z]{4}$'),
    constraint payment_terms_not_below_zero check (payment_terms_days >= 0),
    constraint carrier_credit_limit_not_below_zero check (credit_limit >= 0)
);
create index carriers_of_vendor on vendor_mgmt.carriers (tenant_id, vendor_id);

select core.distribute_pending();

alter table vendor_mgmt.vendors
    add constraint vendor_sits_in_country foreign key (country) references ref.countries (code);
alter table vendor_mgmt.carriers
    add constraint carrier_is_a_vendor foreign key (tenant_id, vendor_id)
        references vendor_mgmt.vendors (tenant_id, id);

select core.adopt_tables('tenant', 'vendor_mgmt.vendors', 'vendor_mgmt.carriers');

grant select, insert, update on vendor_mgmt.vendors, vendor_mgmt.carriers to heddle_app;
grant select on vendor_mgmt.vendors, vendor_mgmt.carriers to heddle_report;

comment on table vendor_mgmt.vendors is 'Companies that the tenant buys from.';
comment on column vendor_mgmt.vendors.name is 'Name, unique within the tenant.';
comment on column vendor_mgmt.vendors.status is 'active, suspended or ended.';
comment on column vendor_mgmt.vendors.country is 'Where it sits.';
comment on column vendor_mgmt.vendors.noc_email is 'Where to write when calls fail.';
comment on column vendor_mgmt.vendors.noc_phone is 'Where to call when calls fail.';

comment on table vendor_mgmt.carriers is 'Terms with a vendor that carries calls.';
comment on column vendor_mgmt.carriers.vendor_id is 'The vendor.';
comment on column vendor_mgmt.carriers.ocn is 'Operating company number, four characters.';
comment on column vendor_mgmt.carriers.currency is 'Currency of its invoices and decks.';
comment on column vendor_mgmt.carriers.payment_terms_days is 'Days to pay an invoice.';
comment on column vendor_mgmt.carriers.credit_limit is 'What we may owe it at most.';
