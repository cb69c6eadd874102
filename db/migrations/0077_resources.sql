-- Tables as resources of the API: which permission a table asks for, which columns are staff's to see, and what is
-- served from memory and has to be told of a change (docs/decisions/0033).
--
-- What is exposed is said by grants and comments: heddle_app may select the column, and it is explained. What is here
-- cannot be said so: grants know no permission, row policies no column, and views no key.

create table ref.resource_permissions (
    name             text not null,
    read_permission  text,
    write_permission text,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (name),
    constraint resource_is_a_schema_or_a_table check (name ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$')
);

create index resource_permissions_by_read on ref.resource_permissions (read_permission);
create index resource_permissions_by_write on ref.resource_permissions (write_permission);

create table ref.staff_columns (
    name        text not null,
    column_name text not null,
    reason      text not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (name, column_name),
    constraint staff_column_names_its_table check (name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    constraint staff_column_has_a_reason check (reason ~ '\S')
);

create table ref.snapshot_tables (
    name       text not null,
    snapshot   text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (name),
    constraint snapshot_table_names_its_schema check (name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$')
);

create table ref.view_keys (
    name           text not null,
    key_columns    text[] not null,
    filled_columns text[] not null default '{}',
    since_column   text,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (name),
    constraint view_key_names_its_view check (name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    constraint view_key_has_columns check (cardinality(key_columns) > 0),
    constraint view_is_read_since_a_column_that_its_key_has check (since_column = any (key_columns))
);

create index snapshot_tables_of_snapshot on ref.snapshot_tables (snapshot);

select core.distribute_pending();

alter table ref.resource_permissions
    add constraint resource_is_read_by_permission foreign key (read_permission) references auth.permissions (name);
alter table ref.resource_permissions
    add constraint resource_is_written_by_permission foreign key (write_permission) references auth.permissions (name);
alter table ref.snapshot_tables
    add constraint table_is_in_snapshot foreign key (snapshot) references core.snapshot_versions (name);

create trigger resource_permissions_update_updated_at before update on ref.resource_permissions
    for each row execute function core.update_updated_at_column();
create trigger staff_columns_update_updated_at before update on ref.staff_columns
    for each row execute function core.update_updated_at_column();
create trigger snapshot_tables_update_updated_at before update on ref.snapshot_tables
    for each row execute function core.update_updated_at_column();
create trigger view_keys_update_updated_at before update on ref.view_keys
    for each row execute function core.update_updated_at_column();

insert into auth.permissions (name, description) values
    ('audit:write', 'Work on security incidents and compliance records');

-- A table counts before its schema. Without a permission to write a table is changed by verbs alone, and what has no
-- row is not exposed at all. Who may do what (users, keys, what roles permit) has verbs, or whoever may write would
-- give itself more; so have services and connectors, whose addresses Heddle itself calls with a secret of the platform,
-- and what is claimed on the platform before all other operators: numbers and networks.
insert into ref.resource_permissions (name, read_permission, write_permission) values
    ('accounts', 'accounts:read', 'accounts:write'),
    ('accounts.documents', 'documents:read', 'documents:write'),
    ('audit', 'audit:read', 'audit:write'),
    ('audit.api_request_log', 'audit:read', null),
    ('audit.audit_log', 'audit:read', null),
    ('audit.seals', 'audit:read', null),
    ('audit.stir_shaken_certs', 'routing:read', null),
    ('auth', 'auth:read', null),
    ('auth.permissions', null, null),
    ('billing', 'billing:read', 'billing:write'),
    ('billing.payouts', 'payouts:read', 'payouts:write'),
    ('billing.payout_items', 'payouts:read', null),
    ('cdr', 'cdr:read', null),
    ('cdr.disputes', 'vendors:read', 'vendors:write'),
    ('cdr.reconciliation_classes', 'vendors:read', null),
    ('cdr.reconciliation_items', 'vendors:read', 'vendors:write'),
    ('cdr.reconciliation_runs', 'vendors:read', null),
    ('cdr.vendor_cdr', 'vendors:read', null),
    ('cdr.vendor_files', 'vendors:read', null),
    ('compliance', 'compliance:read', 'compliance:write'),
    ('core.legal_holds', 'documents:read', 'documents:write'),
    ('core.retention_policies', 'documents:read', 'documents:write'),
    ('core.tenants', 'accounts:read', null),
    ('flows', 'flows:read', 'flows:write'),
    ('flows.flow_versions', 'flows:read', 'flows:publish'),
    ('flows.flows', 'flows:read', 'flows:publish'),
    ('integration', 'integration:read', 'integration:write'),
    ('messaging', 'messaging:read', 'messaging:write'),
    ('messaging.opt_outs', 'messaging:read', null),
    ('numbers', 'numbers:read', 'numbers:write'),
    ('numbers.inventory', 'numbers:read', null),
    ('ref', null, null),
    ('reporting', 'cdr:read', null),
    ('routing', 'routing:read', 'routing:write'),
    ('routing.trunk_acl', 'routing:read', null),
    ('tracking', 'tracking:read', 'tracking:write'),
    ('tracking.conversions', 'tracking:read', 'conversions:write'),
    ('tracking.recordings', 'recordings:read', null),
    ('tracking.transcriptions', 'recordings:read', null),
    ('vendor_mgmt', 'vendors:read', 'vendors:write'),
    ('vendor_mgmt.service_providers', 'vendors:read', null),
    ('vendor_mgmt.smpp_connectors', 'vendors:read', null);

-- A star is the whole table.
insert into ref.staff_columns (name, column_name, reason)
select t.name, c.column_name, t.reason
  from (values ('accounts.accounts', 'What the operator takes on.', array['allows_loss']),
               ('audit.audit_log', 'It repeats rows of all tables, with their columns for staff.', array['*']),
               ('billing.usage_counters', 'What the operator buys by.', array['deck_id']),
               ('compliance.stir_shaken_status', 'Whom the operator buys from.', array['upstream_provider']),
               ('cdr.enriched_cdr', 'What the operator pays, and to whom.',
                array['carrier_trunk_id', 'buy_rate_id', 'buy_rate', 'buy_connect_fee', 'buy_initial_s', 'buy_next_s',
                      'buy_billed_s', 'buy_amount', 'margin', 'rating']),
               ('cdr.raw_cdr', 'What the operator pays, and to whom.',
                array['carrier_trunk_id', 'buy_rate_id', 'attempts', 'source', 'rating_error']),
               ('messaging.mdr', 'What the operator pays, and to whom.',
                array['smpp_connector_id', 'buy_rate_id', 'buy_rate', 'buy_amount', 'buy_carrier_fee', 'margin',
                      'rating_error', 'vendor_error', 'vendor_message_id']),
               ('messaging.mdr_parts', 'What the operator pays, and to whom.',
                array['smpp_connector_id', 'buy_amount', 'vendor_message_id']),
               ('reporting.carrier_performance', 'Whom the operator buys from.', array['*']),
               ('reporting.daily_traffic', 'What the operator pays and keeps.', array['buy_amount', 'margin']),
               ('reporting.hourly_traffic', 'What the operator pays and keeps.', array['buy_amount', 'margin']),
               ('routing.routing_requests', 'How a route was chosen names carriers and their prices.',
                array['carrier_trunk_id', 'routes', 'reasons', 'source']),
               ('tracking.call_legs', 'What the operator pays, and to whom.', array['carrier_trunk_id', 'cost']),
               ('tracking.calls', 'What the operator pays and keeps.', array['cost', 'profit']),
               ('tracking.campaigns', 'What the operator wants to keep.', array['min_margin_percent']),
               ('tracking.recordings', 'Where the operator keeps them.', array['storage_uri', 'key_id']),
               ('tracking.transcriptions', 'What the operator pays.', array['cost']))
       as t (name, reason, columns),
       unnest(t.columns) as c (column_name);

insert into ref.snapshot_tables (name, snapshot)
select t.name, 'routing'
  from unnest(array[
           'accounts.accounts', 'billing.account_rate_plan', 'billing.rate_extras', 'billing.rate_plans',
           'billing.rate_steps', 'billing.rate_windows', 'billing.spend_caps', 'billing.voice_rates', 'numbers.dids',
           'numbers.e911_records', 'numbers.toll_free', 'routing.account_partitions', 'routing.account_profiles',
           'routing.call_limits', 'routing.caller_id_pool_numbers', 'routing.caller_id_pools',
           'routing.carrier_trunk_decks', 'routing.carrier_trunks', 'routing.carriers', 'routing.decks',
           'routing.destination_rules', 'routing.fraud_rules', 'routing.partition_carrier_trunks', 'routing.partitions',
           'routing.ported_numbers', 'routing.profiles', 'routing.rate_deck', 'routing.rate_plan_profiles',
           'routing.route_rules', 'routing.sheet_activations', 'routing.sheet_versions', 'routing.translation_rules',
           'routing.trunk_acl', 'routing.trunk_credentials', 'routing.trunks', 'vendor_mgmt.carriers',
           'vendor_mgmt.service_providers']) as t (name);

-- Views over materialized views and tables, which hold the context themselves. What partners see of calls is joined for
-- each question, so that one says since when.
insert into ref.view_keys (name, key_columns, filled_columns, since_column) values
    ('reporting.carrier_performance', '{day,carrier_trunk_id,currency}',
     '{seizures,answered,effective,short_calls,talk_ms,buy_billed_s,sell_amount,buy_amount,margin}', null),
    ('reporting.daily_traffic', '{day,id}',
     '{direction,country,currency,calls,answered,effective,refused,talk_ms,sell_billed_s,sell_amount,buy_amount,'
     'margin}', null),
    ('reporting.freshness', '{name}', '{}', null),
    ('reporting.hourly_traffic', '{bucket_at,id}',
     '{direction,country,currency,calls,answered,effective,refused,talk_ms,sell_billed_s,sell_amount,buy_amount,'
     'margin}', null),
    ('tracking.buyer_calls', '{started_at,id}', '{buyer_id}', 'started_at'),
    ('tracking.publisher_calls', '{started_at,id}', '{publisher_id}', 'started_at');

-- What a customer says of a number's porting is believed when staff says so.
create trigger trunks_keep_porting_insert before insert on routing.trunks
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('trusts_porting=false');
create trigger trunks_keep_porting_update before update of trusts_porting on routing.trunks
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function core.keep_terms('trusts_porting=');

grant select on ref.resource_permissions, ref.staff_columns, ref.snapshot_tables, ref.view_keys
    to heddle_app, heddle_report;

comment on table ref.resource_permissions is
    'Which permission the rows of a table ask for: of the table, else of its schema. What has no row is not exposed.';
comment on column ref.resource_permissions.name is 'Schema, or table with its schema.';
comment on column ref.resource_permissions.read_permission is 'What reads it; NULL is whoever is let in.';
comment on column ref.resource_permissions.write_permission is 'What changes it; NULL is nobody: it has verbs.';
comment on column ref.resource_permissions.created_at is 'When the row was made.';
comment on column ref.resource_permissions.updated_at is 'When the row was last changed.';

comment on table ref.staff_columns is
    'Columns that people of an account are not shown in the rows that are theirs.';
comment on column ref.staff_columns.name is 'Table, with its schema.';
comment on column ref.staff_columns.column_name is 'Column; * is all of the table.';
comment on column ref.staff_columns.reason is 'Why it is the staff''s.';
comment on column ref.staff_columns.created_at is 'When the row was made.';
comment on column ref.staff_columns.updated_at is 'When the row was last changed.';

comment on table ref.snapshot_tables is
    'Tables that are served from memory: whoever changes one calls core.bump_snapshot() in the same transaction.';
comment on column ref.snapshot_tables.name is 'Table, with its schema.';
comment on column ref.snapshot_tables.snapshot is 'The snapshot that has it.';
comment on column ref.snapshot_tables.created_at is 'When the row was made.';
comment on column ref.snapshot_tables.updated_at is 'When the row was last changed.';

comment on table ref.view_keys is 'How the rows of a view are known, and what the API may rely on: views say neither.';
comment on column ref.view_keys.name is 'View, with its schema.';
comment on column ref.view_keys.key_columns is
    'The columns beside the tenant that are there once together; in their order they are the row''s key in the API.';
comment on column ref.view_keys.filled_columns is
    'Other columns that are never NULL for who sees them: lists may be ordered by them.';
comment on column ref.view_keys.since_column is
    'The column of the key whose least value a list has to name, where all of the view would take too long.';
comment on column ref.view_keys.created_at is 'When the row was made.';
comment on column ref.view_keys.updated_at is 'When the row was last changed.';
