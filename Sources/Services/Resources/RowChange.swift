import Catalog
import Postgres

/// The statements that make, change and delete rows. Values travel as one JSON document, which PostgreSQL reads by the
/// types of the table's own columns.
enum RowChange {
    /// Makes a row.
    static func create(_ resource: Resource, _ body: RowBody, _ scope: RequestScope, _ shape: RowShape) -> SQL {
        """
        insert into \(unescaped: resource.name) as t (\(columns(resource, body.names)))
        select \(values(resource, body.names, scope))
          from jsonb_populate_record(null::\(unescaped: resource.name), \(body.json)) r
        returning \(shape.selection)
        """
    }

    /// Makes rows that have the same fields, and returns them in their order.
    static func create(_ resource: Resource, _ bodies: [RowBody], _ scope: RequestScope, _ shape: RowShape) -> SQL {
        let names = bodies.first?.names ?? []
        return """
            insert into \(unescaped: resource.name) as t (\(columns(resource, names)))
            select \(values(resource, names, scope))
              from jsonb_populate_recordset(null::\(unescaped: resource.name), \(RowBody.list(bodies))) r
            returning \(shape.selection)
            """
    }

    /// Changes a row.
    /// - Parameter version: the one that it has to have.
    static func update(
        _ resource: Resource, _ body: RowBody, _ row: SQL, version: SQL?, _ shape: RowShape
    ) -> SQL {
        let sets = body.names.map { "\(identifier: $0) = r.\(identifier: $0)" as SQL }
        return """
            update \(unescaped: resource.name) t set \(SQL.list(sets))
              from jsonb_populate_record(null::\(unescaped: resource.name), \(body.json)) r
             where \(SQL.all([row] + [version].compactMap(\.self)))
            returning \(shape.selection)
            """
    }

    static func delete(_ resource: Resource, _ row: SQL, version: SQL?) -> SQL {
        "delete from \(unescaped: resource.name) t where \(SQL.all([row] + [version].compactMap(\.self)))"
    }

    /// Makes rows, or changes those that are there.
    /// - Parameter match: the fields by which a row is known; none makes all of them.
    static func upsert(
        _ resource: Resource, names: [String], rows: JSONText, match: [String], _ scope: RequestScope, _ shape: RowShape
    ) -> SQL {
        let changed = names.filter { name in !match.contains(name) && resource.field(name)?.isUpdatable ?? false }
        let sets = changed.map { "\(identifier: $0) = excluded.\(identifier: $0)" as SQL }
        let target = SQL.list(
            (resource.tenantColumn.map { [$0] } ?? []).map { "\(identifier: $0)" }
                + match.map { "\(identifier: $0)" as SQL })
        let action: SQL = sets.isEmpty ? "nothing" : "update set \(SQL.list(sets))"
        let conflict: SQL = match.isEmpty ? "" : "on conflict (\(target)) do \(action)"
        return """
            insert into \(unescaped: resource.name) as t (\(columns(resource, names)))
            select \(values(resource, names, scope))
              from jsonb_populate_recordset(null::\(unescaped: resource.name), \(rows)) r
            \(conflict)
            returning t.xmax = 0, \(shape.selection)
            """
    }

    private static func columns(_ resource: Resource, _ names: [String]) -> SQL {
        SQL.list(((resource.tenantColumn.map { [$0] } ?? []) + names).map { "\(identifier: $0)" })
    }

    private static func values(_ resource: Resource, _ names: [String], _ scope: RequestScope) -> SQL {
        SQL.list(
            (resource.tenantColumn == nil ? [] : ["\(scope.tenant)"]) + names.map { "r.\(identifier: $0)" as SQL })
    }
}
