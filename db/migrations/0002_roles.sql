-- The roles that serve. The role that applies this file owns the model and never serves.
--
-- heddle_app     the API and the portal: bound by row policies, sees one tenant at a time
-- heddle_engine  the SIP edge and the pipelines: serves all tenants, so it passes row policies;
--                it is granted table by table and verb by verb, and may not write balances
-- heddle_report  reads, bound by row policies
--
-- Roles belong to the cluster and outlive a database, so each is made only where it is missing;
-- two databases that migrate at once may race, and the loser is content. An administrator may
-- make them beforehand: on PostgreSQL 15 only a superuser can grant bypassrls. Such a role gets
-- its connection limit here, where that is permitted; heddle looks for its bypassrls, or for the
-- policies of db/optional/without_bypassrls.sql in its place, before it serves.
--
-- Nothing is executable unless it is granted: functions that PostgreSQL would hand to everyone
-- are kept from public, in this database, for whatever this role creates from here on.

do $$
declare
    v_role record;
begin
    for v_role in
        select *
          from (values ('heddle_app', 'nobypassrls', 40),
                       ('heddle_engine', 'bypassrls', 40),
                       ('heddle_report', 'nobypassrls', 10)) as wanted (name, row_policies, connections)
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = v_role.name) then
            begin
                execute format('create role %I login nosuperuser nocreatedb nocreaterole %s connection limit %s',
                               v_role.name, v_role.row_policies, v_role.connections);
                if v_role.name = 'heddle_report' then
                    alter role heddle_report set default_transaction_read_only = on;
                end if;
            exception
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                    raise exception 'cannot create role %', v_role.name
                        using errcode = 'insufficient_privilege',
                              hint = format('Let an administrator run: create role %I login %s connection limit %s',
                                            v_role.name, v_role.row_policies, v_role.connections);
            end;
        elsif exists (select from pg_catalog.pg_roles where rolname = v_role.name and rolconnlimit = -1) then
            begin
                execute format('alter role %I connection limit %s', v_role.name, v_role.connections);
            exception
                when insufficient_privilege then null;
                when internal_error then null;   -- another database that migrates has just done it
            end;
        end if;
    end loop;
end $$;

-- (heddle migrate sees to it that the same role applies what comes later.) Nor has public a place for data that no
-- row policy looks at, where this role may say so: temporary tables, which the engine copies call records into, and
-- large objects.

alter default privileges revoke execute on functions from public;

do $$
begin
    if pg_has_role((select d.datdba from pg_catalog.pg_database d where d.datname = current_database()), 'usage') then
        execute format('revoke temporary on database %I from public', current_database());
        execute format('grant temporary on database %I to heddle_engine', current_database());
    end if;
    if (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then
        revoke execute on function pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid),
                                   pg_catalog.lo_from_bytea(oid, bytea)
            from public;
    end if;
end $$;
