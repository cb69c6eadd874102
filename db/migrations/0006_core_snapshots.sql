-- Versions of what readers keep in memory. Whoever changes routing data raises the version in
-- the same transaction and so wakes the readers; who misses the wake-up sees the version when it
-- polls. The functions, not triggers, notify: a trigger would do it on the wrong node.

create table core.snapshot_versions (
    name       text not null,
    version    bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (name)
);

select core.distribute_pending();

create trigger snapshot_versions_update_updated_at before update on core.snapshot_versions
    for each row execute function core.update_updated_at_column();

insert into core.snapshot_versions (name) values ('routing');

create function core.bump_snapshot(p_name text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_version bigint;
begin
    -- Names are made by migrations: a caller cannot fill the table, nor wait for data that nobody reads.
    update core.snapshot_versions s
       set version = s.version + 1
     where s.name = p_name
    returning s.version into v_version;
    if not found then
        raise exception 'no data that is served from memory is called %', p_name
            using errcode = 'invalid_parameter_value';
    end if;

    perform pg_notify('heddle_snapshot', p_name);
    return v_version;
end $$;
comment on function core.bump_snapshot(text) is
    'Raises the version of a snapshot and tells its readers (channel heddle_snapshot) when this transaction commits. '
    'Call it last: until then other writers of the same snapshot wait.';
grant execute on function core.bump_snapshot(text) to heddle_app, heddle_engine;

grant select on core.snapshot_versions to heddle_engine;

comment on table core.snapshot_versions is 'One row for each set of data that is served from memory, with its version.';
comment on column core.snapshot_versions.name is 'Which data: routing.';
comment on column core.snapshot_versions.version is 'Rises by one with every change.';
comment on column core.snapshot_versions.created_at is 'When the row was made.';
comment on column core.snapshot_versions.updated_at is 'When the data was last changed.';
