import Foundation
import Postgres
import Testing
import TestSupport

/// What each role may do with each object of the model, read from the catalog and compared with what was agreed.
@Suite(.inTurn, .database) struct RoleMatrixTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `every role may do what the committed matrix says, and nothing else`() async throws {
        var lines = ["# Who may do what. Written by RoleMatrixTests; * stands for some columns only, which follow."]
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

    /// The owner is named by none: it is whoever migrates. What the public may do counts for all.
    private static let grantees = "(values ('public'), ('heddle_app'), ('heddle_engine'), ('heddle_report')) as g (role)"

    private static let roles: SQL =
        """
        select rolname
               || case when rolcanlogin then ' login' else '' end
               || case when rolsuper then ' SUPERUSER' else '' end
               || case when rolcreatedb then ' CREATEDB' else '' end
               || case when rolcreaterole then ' CREATEROLE' else '' end
               || case when rolreplication then ' REPLICATION' else '' end
               || case when rolbypassrls then ' bypasses row policies' else ' bound by row policies' end
               || ', at most ' || rolconnlimit || ' sessions'
               || coalesce(', ' || array_to_string(rolconfig, ', '), '')
               || coalesce(', member of ' || (select string_agg(m.roleid::regrole::text, ', ' order by 1)
                                                from pg_auth_members m where m.member = r.oid), '')
          from pg_roles r
         where rolname in ('heddle_app', 'heddle_engine', 'heddle_report')
         order by 1
        """

    private static let schemas: SQL =
        """
        select rpad(n.nspname, 14) || string_agg(
                   rpad(g.role || ': ' || case
                       when has_schema_privilege(g.role, n.oid, 'create') then 'USAGE AND CREATE'
                       when has_schema_privilege(g.role, n.oid, 'usage') then 'usage' else '-' end, 24), '' order by g.role)
          from pg_namespace n
         cross join \(unescaped: grantees)
         where n.nspname in (\(unescaped: House.schemaList), 'public')
         group by n.nspname order by n.nspname
        """

    private static let tables: SQL =
        """
        with objects as (
            select regexp_replace(c.oid::regclass::text, '_p[0-9]{6}$', '_p<month>') as name, g.role,
                   coalesce(string_agg(v.verb, ' ' order by v.position), '-') as verbs
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
             cross join \(unescaped: grantees)
              left join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'])
                   with ordinality as v (verb, position)
                on has_table_privilege(g.role, c.oid, v.verb)
             where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and n.nspname in (\(unescaped: House.schemaList), 'public')
             group by c.oid, g.role
        ), partial as (
            select o.name, o.role,
                   o.verbs || case when exists (
                       select from pg_attribute a
                        where a.attrelid = to_regclass(o.name) and a.attnum > 0 and a.attacl is not null
                          and not has_table_privilege(o.role, a.attrelid, 'select')
                          and has_column_privilege(o.role, a.attrelid, a.attnum, 'select, insert, update'))
                     then '*' else '' end as verbs
              from objects o
             group by o.name, o.role, o.verbs   -- two lines for one month and another would show here
        )
        select rpad(name, 36) || string_agg(
                   rpad(role || ': ' || verbs, case role when 'public' then 12 else 46 end), '' order by role = 'public' desc, role)
          from partial group by name, (select count(*) from partial p where p.name = partial.name) order by name
        """

    private static let columns: SQL =
        """
        select a.attrelid::regclass || ' ' || g.role || ' ' || v.verb || ': '
               || string_agg(a.attname, ', ' order by a.attnum)
          from pg_attribute a
          join pg_class c on c.oid = a.attrelid
          join pg_namespace n on n.oid = c.relnamespace
         cross join \(unescaped: grantees)
         cross join unnest(array['select', 'insert', 'update', 'references']) as v (verb)
         where n.nspname in (\(unescaped: House.schemaList)) and a.attnum > 0 and a.attacl is not null
           and has_column_privilege(g.role, a.attrelid, a.attnum, v.verb)
           and not has_table_privilege(g.role, a.attrelid, v.verb)
         group by a.attrelid, g.role, v.verb order by 1
        """

    private static let functions: SQL =
        """
        select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'
               || case when p.prosecdef then ' as its owner' else '' end || ': '
               || coalesce(string_agg(g.role, ', ' order by g.role), '-')
          from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
          left join \(unescaped: grantees) on has_function_privilege(g.role, p.oid, 'execute')
         where n.nspname in (\(unescaped: House.schemaList))
         group by n.nspname, p.oid order by 1
        """
}
