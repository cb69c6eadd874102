import Foundation
import Postgres
import TestSupport
import Testing

/// What each role may do with each object of the model, read from the catalog and compared with what was agreed.
@Suite(.database) struct RoleMatrixTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `every role may do what the committed matrix says, and nothing else`() async throws {
        var lines = [
            "# Who may do what. Written by RoleMatrixTests.",
            "# A star stands for some columns only, which follow; what is not named may not.",
        ]
        lines += ["", "# Roles"] + (try await text(Self.roles))
        lines += ["", "# Schemas"] + (try await text(Self.schemas))
        lines += ["", "# Tables; partitions of all months are one line"] + (try await text(Self.tables))
        lines += ["", "# Columns, where a role is given some of a table's"] + (try await text(Self.columns))
        lines += ["", "# Functions"] + (try await text(Self.functions))
        try Snapshot("roles.txt").verify(lines)
    }

    private func text(_ query: SQL) async throws -> [String] {
        try await db.owner.run(query).decode(String.self)
    }

    /// The owner is not among them: it is whoever migrates. What the public may do counts for all, and it is nothing.
    private static let grantees: SQL =
        "(values ('public'), ('heddle_app'), ('heddle_engine'), ('heddle_report')) as g (role)"

    private static let roles: SQL =
        """
        select concat_ws(', ', rolname, case when rolcanlogin then 'login' end, case when rolsuper then 'SUPERUSER' end,
                         case when rolcreatedb then 'CREATEDB' end, case when rolcreaterole then 'CREATEROLE' end,
                         case when rolreplication then 'REPLICATION' end,
                         case when rolbypassrls then 'passes row policies' else 'bound by row policies' end,
                         'at most ' || rolconnlimit || ' sessions', array_to_string(rolconfig, ', '),
                         (select 'member of ' || string_agg(m.roleid::regrole::text, ', ')
                            from pg_auth_members m where m.member = r.oid))
          from pg_roles r
         where rolname in ('heddle_app', 'heddle_engine', 'heddle_report')
         order by 1
        """

    private static let schemas: SQL =
        """
        select n.nspname || ': '
               || string_agg(g.role || case when has_schema_privilege(g.role, n.oid, 'create') then ' AND MAKES OBJECTS'
                                            else '' end, ', ' order by g.role)
          from pg_namespace n
          join \(grantees) on has_schema_privilege(g.role, n.oid, 'usage')
         where n.nspname in (\(unescaped: House.schemaList), 'public')
         group by n.nspname order by n.nspname
        """

    private static let tables: SQL =
        """
        with privileges as (
            select regexp_replace(c.oid::regclass::text, '_p[0-9]{6}$', '_p<month>') as name, g.role,
                   concat_ws(' ', replace(g.role, 'heddle_', ''),
                             (select string_agg(v.verb, ' ' order by v.position)
                                from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references',
                                                  'trigger']) with ordinality as v (verb, position)
                               where has_table_privilege(g.role, c.oid, v.verb)),
                             case when exists (
                                 select from unnest(array['select', 'insert', 'update', 'references']) v
                                  where has_any_column_privilege(g.role, c.oid, v)
                                    and not has_table_privilege(g.role, c.oid, v)) then '*' end) as line
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
             cross join \(grantees)
             where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
               and n.nspname in (\(unescaped: House.schemaList), 'public')
        ), distinct_lines as (   -- a month with other grants than the rest would make a second line
            select distinct name, role, line from privileges where role <> 'public' or line <> 'public'
        )
        select rpad(name, 36) || string_agg(line, ' | ' order by role, line)
          from distinct_lines group by name order by name
        """

    private static let columns: SQL =
        """
        select a.attrelid::regclass || ' ' || replace(g.role, 'heddle_', '') || ' ' || v.verb || ' all but '
               || string_agg(a.attname, ', ' order by a.attnum) filter (where a.attnum > 0 and not a.attisdropped
                   and not has_column_privilege(g.role, a.attrelid, a.attnum, v.verb))
          from pg_attribute a
          join pg_class c on c.oid = a.attrelid
          join pg_namespace n on n.oid = c.relnamespace
         cross join \(grantees)
         cross join unnest(array['select', 'insert', 'update', 'references']) as v (verb)
         where n.nspname in (\(unescaped: House.schemaList)) and c.relkind in ('r', 'p') and a.attnum > 0
           and has_any_column_privilege(g.role, a.attrelid, v.verb)
           and not has_table_privilege(g.role, a.attrelid, v.verb)
         group by a.attrelid, g.role, v.verb order by 1
        """

    private static let functions: SQL =
        """
        select n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')'
               || case when p.prosecdef then ' as its owner' else '' end || ': '
               || coalesce(string_agg(replace(g.role, 'heddle_', ''), ' ' order by g.role), '-')
          from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
          left join \(grantees) on has_function_privilege(g.role, p.oid, 'execute')
         where n.nspname in (\(unescaped: House.schemaList))
         group by n.nspname, p.oid order by 1
        """

    /// A function that runs as its owner looks nothing up in a schema that its caller can write to.
    @Test func `functions that run as their owner have a search path of their own`() async throws {
        let open = try await db.owner.run(
            """
            select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname in (\(unescaped: House.schemaList)) and p.prosecdef
               and coalesce(array_to_string(p.proconfig, ' '), '') not like '%search_path=pg_catalog, pg_temp%'
            """
        ).decode(String.self)
        #expect(open == [], "add: set search_path = pg_catalog, pg_temp")
    }
}
