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
-- its connection limit here, where that is permitted; heddle looks for its bypassrls before it serves.
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

alter default privileges revoke execute on functions from public;
