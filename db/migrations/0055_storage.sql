-- How the hot tables are stored and cleaned: what they are written like decides it, and the reason stands with each.
--
-- fillfactor leaves room on a page, so that a new version of a row stays beside the old one and no index
-- learns of it. It helps only where an update touches no indexed column; a row that is updated once, and moves
-- out of a partial index by it, gains nothing.
--
-- The default of autovacuum waits until a fifth of a table is dead, which for a month of calls is tens of
-- millions of rows. Here hot tables are cleaned after a fiftieth or sooner. Tables that only grow have nothing
-- dead, but their pages have to be frozen once; done in the month they are written, while they are in memory,
-- it never comes as a storm later, and index scans find the visibility map set.
--
-- A partitioned table has no storage of its own and its partitions do not inherit any, so that the settings
-- are rows here, and whoever makes a partition applies them.

create table ref.storage_settings (
    name       text not null,
    settings   text[] not null,
    reason     text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (name),
    constraint stored_table_names_its_schema check (name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    constraint storage_settings_are_name_and_number check (array_to_string(settings, ' ') ~ '^([a-z_]+=[0-9.]+ ?)+$')
);

select core.distribute_pending();

create trigger storage_settings_update_updated_at before update on ref.storage_settings
    for each row execute function core.update_updated_at_column();

-- Written once by many; no serving role may change a row.
insert into ref.storage_settings (name, settings, reason)
select t.name,
       '{autovacuum_vacuum_insert_scale_factor=0.05,autovacuum_freeze_min_age=0,autovacuum_analyze_scale_factor=0.05}',
       'Only grows: pages are frozen while they are in memory.'
  from unnest(array['audit.audit_log', 'audit.api_request_log', 'billing.ledger', 'compliance.checks',
                    'integration.delivery_attempts', 'messaging.webhook_attempts']) as t (name)
 where to_regclass(t.name) is not null;

-- Every row is written, then changed once or twice when it is done, and so is half dead after an hour of traffic.
insert into ref.storage_settings (name, settings, reason)
select t.name, t.settings::text[], t.reason
  from (values
        ('cdr.raw_cdr', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
         'Each row is changed once, when it is processed, and leaves the partial index of what waits.'),
        ('cdr.enriched_cdr', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
         'Each row is changed once, when it is posted, and enters the index of what was.'),
        ('routing.routing_requests', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
         'Each row is changed once, when its call is over, and leaves the partial index of what is open.'),
        ('compliance.stir_shaken_status', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.05}',
         'Written with the call; changed when its other side is known.'),
        ('integration.events', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
         'Each row is changed once, when it is dispatched, and leaves the partial index of what is not.'),
        ('tracking.bids', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.05}',
         'An offer is changed once, when it is used or expires, and leaves the partial index of offers.'),
        ('tracking.conversions', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.05}',
         'Each row is changed when its hold ends, and when it is paid.'),
        ('tracking.ring_tree_attempts', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.05}',
         'Written while the call is placed; the one that is dialed is changed when it connects.'),
        ('tracking.visitor_sessions', '{fillfactor=80,autovacuum_vacuum_scale_factor=0.02}',
         'Each row is changed with every page of the visit, in columns without an index.'),
        ('cdr.vendor_cdr', '{autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.05}',
         'Comes in files; each row is changed once, when its call is found, and enters the index of those.'),
        ('messaging.mdr', '{fillfactor=80,autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
         'Each row is changed a few times, as receipts come in.'),
        ('messaging.mdr_parts', '{fillfactor=80,autovacuum_vacuum_scale_factor=0.02}',
         'Each row is changed once or twice, as receipts come in.'),
        ('integration.deliveries', '{fillfactor=80,autovacuum_vacuum_scale_factor=0.02}',
         'Each row is changed with every attempt.'),
        ('tracking.calls', '{fillfactor=70,autovacuum_vacuum_scale_factor=0.02,autovacuum_analyze_scale_factor=0.02}',
         'Each row is changed several times while the call lasts, mostly in columns without an index.'),
        ('tracking.call_legs', '{fillfactor=80,autovacuum_vacuum_scale_factor=0.02}',
         'Each row is changed when it is answered and when it ends.'),
        ('billing.holds', '{autovacuum_vacuum_scale_factor=0.01,autovacuum_vacuum_cost_delay=0}',
         'Each row is changed once, when it ends, and leaves the index of what is open, which must stay small.'),
        ('billing.account_balance', '{fillfactor=50,autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=500,'
         'autovacuum_vacuum_cost_delay=0}',
         'Few rows, changed with every call: half of each page is left for new versions, and they are pruned at once.'),
        ('core.snapshot_versions', '{fillfactor=20,autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=200}',
         'A handful of rows that are changed and polled all the time: they stay on one page.'),
        ('tracking.cap_usage', '{fillfactor=50,autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=1000}',
         'Counted up with every call.'),
        ('tracking.cap_reservations',
         '{fillfactor=70,autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=1000}',
         'Comes and goes with every call.'),
        ('billing.bundle_counters', '{fillfactor=50,autovacuum_vacuum_scale_factor=0.02}',
         'Counted up with every call.'),
        ('auth.sessions', '{fillfactor=70,autovacuum_vacuum_scale_factor=0.05}', 'Changed with every request.'),
        ('routing.rate_deck', '{autovacuum_vacuum_scale_factor=0.05,autovacuum_analyze_scale_factor=0.02}',
         'Comes in sheets of hundreds of thousands of rows: plans must know of them before a tenth has changed.'),
        ('billing.voice_rates', '{autovacuum_vacuum_scale_factor=0.05,autovacuum_analyze_scale_factor=0.02}',
         'As decks.')) as t (name, settings, reason)
 where to_regclass(t.name) is not null;

-- Hashes do not get smaller by compressing them.
alter table audit.seals alter column row_hashes set storage external;
alter table audit.seals alter column row_ids set storage external;

create or replace function core.apply_storage(p_table regclass default null) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_table record;
    v_made  integer := 0;
begin
    for v_table in
        select c.oid::regclass as name, array_to_string(s.settings, ', ') as settings
          from ref.storage_settings s
          join pg_class owner on owner.oid = to_regclass(s.name)
          join pg_class c on c.relkind = 'r'
                         and (c.oid = owner.oid
                              or c.oid in (select i.inhrelid from pg_inherits i where i.inhparent = owner.oid))
         where (p_table is null or p_table in (c.oid, owner.oid))
           and not s.settings <@ coalesce(c.reloptions, '{}')
         order by c.oid
    loop
        execute format('alter table %s set (%s)', v_table.name, v_table.settings);
        v_made := v_made + 1;
    end loop;
    return v_made;
end $$;
comment on function core.apply_storage(regclass) is
    'Gives tables, and the partitions of tables, what ref.storage_settings says: one table or partition, or all; '
    'returns how many lacked it. What was set by hand beside it stays.';
grant execute on function core.apply_storage(regclass) to heddle_engine;

select core.apply_storage();

comment on table ref.storage_settings is 'How hot tables are stored and cleaned, with the reason.';
comment on column ref.storage_settings.name is 'Table, with its schema.';
comment on column ref.storage_settings.settings is 'Storage parameters, as name=number.';
comment on column ref.storage_settings.reason is 'Why.';
comment on column ref.storage_settings.created_at is 'When the row was made.';
comment on column ref.storage_settings.updated_at is 'When the row was last changed.';

grant select on ref.storage_settings to heddle_engine, heddle_report;

-- What a row belongs to belongs to one operator. The planner takes the two for independent, expects of a customer's
-- million calls a thousand, and sorts them all for a page of fifty, where an index has them in order. New months get
-- these from their tables.
do $$
declare
    v_part record;
begin
    for v_part in
        select c.oid::regclass as name, n.nspname, c.relname, b.column_name
          from (values ('audit.api_request_log', '{account_id,api_key_id}'), ('audit.audit_log', '{account_id}'),
                       ('billing.holds', '{account_id}'), ('billing.invoices', '{account_id}'),
                       ('billing.ledger', '{account_id}'), ('billing.payments', '{account_id}'),
                       ('cdr.enriched_cdr', '{account_id,carrier_trunk_id}'), ('cdr.raw_cdr', '{account_id}'),
                       ('cdr.hourly_summary', '{account_id}'), ('cdr.vendor_cdr', '{carrier_id}'),
                       ('integration.deliveries', '{account_id,webhook_id}'),
                       ('integration.delivery_attempts', '{account_id}'), ('integration.events', '{account_id}'),
                       ('messaging.mdr', '{account_id,campaign_10dlc_id}'),
                       ('routing.routing_requests', '{account_id}'),
                       ('tracking.calls', '{account_id,campaign_id,publisher_id,buyer_id,target_id}'),
                       ('tracking.conversions', '{account_id,campaign_id,publisher_id,buyer_id}'),
                       ('tracking.recordings', '{account_id}'),
                       ('tracking.visitor_sessions', '{account_id,campaign_id}')) as t (name, column_names)
         cross join unnest(t.column_names::text[]) as b (column_name)
          join pg_class c on c.relkind in ('r', 'p')
                         and (c.oid = t.name::regclass
                              or c.oid in (select i.inhrelid from pg_inherits i where i.inhparent = t.name::regclass))
          join pg_namespace n on n.oid = c.relnamespace
         order by c.oid, b.column_name
    loop
        execute format('create statistics %I.%I (dependencies) on tenant_id, %I from %s', v_part.nspname,
                       v_part.relname || '_tenant_of_' || v_part.column_name, v_part.column_name, v_part.name);
    end loop;
end $$;
