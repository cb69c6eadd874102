import Postgres

/// What belongs to a table, each with the id of its table.
extension ReadCatalog {
    func columns(_ session: Connection) async throws -> [(Int, Catalog.Column)] {
        try await session.run(
            """
            select c.oid::int8, a.attname::text, format_type(a.atttypid, a.atttypmod),
                   not (a.attnotnull or (t.typtype = 'd' and t.typnotnull)),
                   coalesce(pg_get_expr(d.adbin, d.adrelid, true), ''), a.attgenerated <> '',
                   coalesce(col_description(c.oid, a.attnum), ''),
                   \(Self.letters("has_column_privilege", "c.oid, a.attnum", ["select", "insert", "update"]))
              from pg_attribute a
              join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
              join pg_type t on t.oid = a.atttypid
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
             where \(Self.isOurs) and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
               and a.attnum > 0 and not a.attisdropped
             order by 1, a.attnum
            """
        ).decode(
            Int.self, String.self, String.self, Bool.self, String.self, Bool.self, String.self, String.self
        ).map { id, name, type, isNullable, value, isGenerated, comment, grants in
            let column = Catalog.Column(
                name: name, type: type, isNullable: isNullable, value: value, isGenerated: isGenerated,
                comment: comment, grants: Catalog.Grants(letters: grants))
            return (id, column)
        }
    }

    /// The letters of what `heddle_app` may do with something, as `Catalog.Grants` reads them.
    static func letters(_ function: String, _ subject: String, _ verbs: [String]) -> SQL {
        let letters = ["select": "r", "insert": "a", "update": "w", "delete": "d"]
        let parts = verbs.map { verb in
            "case when \(function)('heddle_app', \(subject), '\(verb)') then '\(letters[verb] ?? "")' else '' end"
        }
        return SQL(unescaped: parts.joined(separator: " || "))
    }

    func foreignKeys(_ session: Connection) async throws -> [(Int, Catalog.ForeignKey)] {
        try await session.run(
            """
            select k.conrelid::int8, k.conname::text,
                   array(select a.attname::text from unnest(k.conkey) with ordinality p (number, place)
                           join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.number order by p.place),
                   f.nspname || '.' || t.relname,
                   array(select a.attname::text from unnest(k.confkey) with ordinality p (number, place)
                           join pg_attribute a on a.attrelid = k.confrelid and a.attnum = p.number order by p.place),
                   k.confdeltype::text
              from pg_constraint k
              join pg_class c on c.oid = k.conrelid
              join pg_namespace n on n.oid = c.relnamespace
              join pg_class t on t.oid = k.confrelid
              join pg_namespace f on f.oid = t.relnamespace
             where \(Self.isOurs) and k.contype = 'f' and k.conparentid = 0 and not c.relispartition
             order by 1, 2
            """
        ).decode(Int.self, String.self, [String].self, String.self, [String].self, String.self).map {
            id, name, columns, target, targetColumns, deletion in
            let key = Catalog.ForeignKey(
                name: name, columns: columns, target: target, targetColumns: targetColumns,
                deletion: Catalog.ForeignKey.Deletion(rawValue: deletion) ?? .isRefused)
            return (id, key)
        }
    }

    func constraints(_ session: Connection) async throws -> [(Int, Catalog.Constraint)] {
        try await session.run(
            """
            select k.conrelid::int8, k.conname::text, pg_get_constraintdef(k.oid, true),
                   array(select a.attname::text from unnest(k.conkey) with ordinality p (number, place)
                           join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.number order by p.place)
              from pg_constraint k
              join pg_class c on c.oid = k.conrelid
              join pg_namespace n on n.oid = c.relnamespace
             where \(Self.isOurs) and k.contype in ('p', 'u', 'x', 'c') and not c.relispartition
             order by 1, array_position(array['p', 'u', 'x', 'c'], k.contype::text), 2
            """
        ).decode(Int.self, String.self, String.self, [String].self).map { id, name, definition, columns in
            (id, Catalog.Constraint(name: name, definition: definition, columns: columns))
        }
    }

    func indexes(_ session: Connection) async throws -> [(Int, Catalog.Index)] {
        try await session.run(
            """
            select i.indrelid::int8, x.relname::text, i.indisunique,
                   regexp_replace(pg_get_indexdef(i.indexrelid, 0, true), '^.*? USING ', '')
              from pg_index i
              join pg_class x on x.oid = i.indexrelid
              join pg_class c on c.oid = i.indrelid
              join pg_namespace n on n.oid = c.relnamespace
             where \(Self.isOurs) and not c.relispartition
               and not exists (select from pg_constraint k
                                where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
             order by 1, 2
            """
        ).decode(Int.self, String.self, Bool.self, String.self).map { id, name, isUnique, definition in
            (id, Catalog.Index(name: name, isUnique: isUnique, definition: definition))
        }
    }

    func policies(_ session: Connection) async throws -> [(Int, Catalog.Policy)] {
        try await session.run(
            """
            select p.polrelid::int8, p.polname::text,
                   case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
                                 when 'd' then 'DELETE' else 'ALL' end,
                   coalesce(pg_get_expr(p.polqual, p.polrelid, true), ''),
                   coalesce(pg_get_expr(p.polwithcheck, p.polrelid, true), '')
              from pg_policy p
              join pg_class c on c.oid = p.polrelid
              join pg_namespace n on n.oid = c.relnamespace
             where \(Self.isOurs) and not c.relispartition
             order by 1, 2
            """
        ).decode(Int.self, String.self, String.self, String.self, String.self).map { id, name, command, sees, writes in
            (id, Catalog.Policy(name: name, command: command, sees: sees, writes: writes == sees ? "" : writes))
        }
    }
}
