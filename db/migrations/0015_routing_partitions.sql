-- Routing partitions: which carrier trunks an account's calls may use. They keep traffic apart, a
-- wholesale customer from retail routes, say.

create table routing.partitions (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    name        text not null,
    description text not null default '',
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint partition_name_is_taken_once unique (tenant_id, name)
);

create table routing.account_partitions (
    tenant_id    uuid not null,
    account_id   uuid not null,
    partition_id uuid not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, account_id, partition_id)
);
create index account_partitions_of_partition on routing.account_partitions (tenant_id, partition_id);

create table routing.partition_carrier_trunks (
    tenant_id        uuid not null,
    partition_id     uuid not null,
    carrier_trunk_id uuid not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, partition_id, carrier_trunk_id)
);
create index partition_carrier_trunks_of_carrier_trunk
    on routing.partition_carrier_trunks (tenant_id, carrier_trunk_id);

select core.distribute_pending();

alter table routing.account_partitions
    add constraint account_uses_partition foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table routing.account_partitions
    add constraint partition_is_used_by_account foreign key (tenant_id, partition_id)
        references routing.partitions (tenant_id, id) on delete cascade;
alter table routing.partition_carrier_trunks
    add constraint partition_has_carrier_trunk foreign key (tenant_id, partition_id)
        references routing.partitions (tenant_id, id) on delete cascade;
alter table routing.partition_carrier_trunks
    add constraint carrier_trunk_is_in_partition foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;

select core.adopt_tables('tenant', 'routing.partitions', 'routing.partition_carrier_trunks',
                         'routing.account_partitions');

grant select, insert, update, delete
    on routing.partitions, routing.account_partitions, routing.partition_carrier_trunks to heddle_app;
grant select on routing.partitions, routing.account_partitions, routing.partition_carrier_trunks
    to heddle_engine, heddle_report;

comment on table routing.partitions is 'Named sets of carrier trunks.';
comment on column routing.partitions.name is 'Name, unique within the tenant.';
comment on column routing.partitions.description is 'What the set is for.';

comment on table routing.account_partitions is
    'Which partitions an account''s calls may use. An account with none may use every carrier trunk.';
comment on column routing.account_partitions.partition_id is 'The partition.';

comment on table routing.partition_carrier_trunks is 'Which carrier trunks are in a partition.';
comment on column routing.partition_carrier_trunks.partition_id is 'The partition.';
comment on column routing.partition_carrier_trunks.carrier_trunk_id is 'The carrier trunk.';
