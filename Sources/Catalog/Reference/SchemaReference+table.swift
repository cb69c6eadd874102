/// What the page of a schema says of a table.
extension SchemaReference {
    func section(_ table: Catalog.Table) -> [String] {
        var lines = ["", "## \(table.fullName)", "", table.comment]
        switch table.kind {
        case .table: break
        case .partitioned: lines += ["", "Partitioned by `\(table.partitionKey)`: a partition a month."]
        case .view: lines += ["", "A view."]
        case .materializedView: lines += ["", "A materialized view."]
        }
        lines += ["", "| column | type | null | default | meaning |", "|---|---|---|---|---|"]
        lines += table.columns.map { column in
            let value = Self.code(PlainSQL.text(column.value))
            return Self.row([
                Self.code(column.name), type(column.type, from: table.schema), column.isNullable ? "yes" : "",
                column.isGenerated ? "always \(value)" : value, column.comment,
            ])
        }
        lines += part(
            "Constraints", table.constraints.map { "- `\($0.name)`: \(Self.code(PlainSQL.text($0.definition)))" })
        lines += part("Points to", pointsTo(table))
        lines += referencedBy(table)
        lines += part("Indexes", table.indexes.map(index))
        lines += part("Row policy", table.policies.map(policy))
        return lines
    }

    private func part(_ title: String, _ items: [String]) -> [String] {
        items.isEmpty ? [] : ["", "**\(title)**", ""] + items
    }

    private func pointsTo(_ table: Catalog.Table) -> [String] {
        let keys = table.foreignKeys.filter { $0.target != "core.tenants" }.map { key in
            let columns = key.columns.filter { $0 != "tenant_id" }.joined(separator: ", ")
            let link = link(key.target, from: table.schema)
            return "- `\(columns)` → \(link)\(Self.words(for: key.deletion)) (`\(key.name)`)"
        }
        let looseKeys = LooseKey.all.filter { $0.table == table.fullName }.map { key in
            "- `\(key.columns.joined(separator: ", "))` → \(link(key.target, from: table.schema)), without a constraint"
        }
        return keys + looseKeys
    }

    private static func words(for deletion: Catalog.ForeignKey.Deletion) -> String {
        switch deletion {
        case .cascades: ", goes with it"
        case .setsNull: ", is set to NULL when it goes"
        case .setsDefault: ", is set to its default when it goes"
        case .isRefused, .isRefusedAtOnce: ", keeps it"
        }
    }

    private func referencedBy(_ table: Catalog.Table) -> [String] {
        if table.fullName == "core.tenants" { return ["", "**Referenced by** every table that has a `tenant_id`."] }
        let held = catalog.tables.flatMap { other in
            other.foreignKeys.filter { $0.target == table.fullName }.map { (other.fullName, $0.columns, "") }
        }
        let loose = LooseKey.all.filter { $0.target == table.fullName }.map {
            ($0.table, $0.columns, ", without a constraint")
        }
        let items = (held + loose).map { other, columns, note in
            let names = columns.filter { $0 != "tenant_id" }.joined(separator: ", ")
            return "\(link(other, from: table.schema)) (`\(names)`\(note))"
        }.sorted()
        return items.isEmpty ? [] : ["", "**Referenced by** \(items.joined(separator: ", "))."]
    }

    private func index(_ index: Catalog.Index) -> String {
        let definition = PlainSQL.text(index.definition)
        let isUsual = definition.hasPrefix("btree ")
        return "- `\(index.name)`: \(index.isUnique ? "unique " : "")"
            + Self.code(isUsual ? String(definition.dropFirst("btree ".count)) : definition)
    }

    private func policy(_ policy: Catalog.Policy) -> String {
        let command = policy.command == "ALL" ? "" : " (\(policy.command))"
        let sees = policy.sees.isEmpty ? "" : " \(Self.code(PlainSQL.policy(policy.sees)))"
        let writes = policy.writes.isEmpty ? "" : "; writes \(Self.code(PlainSQL.policy(policy.writes)))"
        return "- `\(policy.name)`\(command):\(sees)\(writes)"
    }
}
