/// Makes resources of tables, and of views whose key is known.
struct ResourceMaker {
    /// By name, with the schema.
    let domains: [String: Catalog.Domain]
    /// By table, or by schema.
    let permissions: [String: (read: String?, write: String?)]
    /// Tables and columns that people of an account do not see.
    let staffColumns: Set<String>
    /// What is served from memory, by table.
    let snapshots: [String: String]
    /// Tables whose triggers do more, when a row is made, than to check and record it.
    let triggered: Set<String>
    /// What is said of views, by name.
    let views: [String: ViewKey]

    private static let tenant = "tenant_id"

    /// `nil` for what is not exposed.
    func resource(_ table: Catalog.Table) -> Resource? {
        let view = views[table.fullName]
        guard let permission = permissions[table.fullName] ?? permissions[table.schema],
            table.kind == .table || table.kind == .partitioned || view != nil, !table.comment.isEmpty
        else { return nil }
        let fields = table.columns.filter(Self.isShown).map { field($0, of: table) }
        let key = Self.withoutTenant(view?.columns ?? table.primaryKey)
        guard !fields.isEmpty, key.allSatisfy({ name in fields.contains { $0.name == name } }) else { return nil }
        let constraints =
            table.constraints.map { ($0.name, $0.columns) } + table.foreignKeys.map { ($0.name, $0.columns) }
        // A partitioned table is a record of what happened: it is written by what did.
        let isWritten = permission.write != nil && table.kind == .table
        // What a row cannot do without and nobody may say here is made by a verb.
        let isWhole = table.columns.allSatisfy { column in
            column.isNullable || !column.value.isEmpty || column.name == Self.tenant
                || fields.contains { $0.name == column.name && $0.isCreatable }
        }
        return Resource(
            schema: table.schema, table: table.name, comment: table.comment, fields: fields, key: key,
            tenantColumn: tenantColumn(table),
            isSeenByAccounts: !staffColumns.contains(table.fullName + ".*")
                && (table.policies.isEmpty || table.policies.contains { $0.sees.contains("app.account_ids") }),
            readPermission: permission.read, writePermission: isWritten ? permission.write : nil,
            isCreatable: isWritten && isWhole && fields.contains(where: \.isCreatable),
            isUpdatable: isWritten && !key.isEmpty && fields.contains(where: \.isUpdatable),
            isDeletable: isWritten && !key.isEmpty && table.grants.contains(.delete),
            expansions: Self.expansions(table, fields),
            constraints: Dictionary(
                constraints.map { ($0, Self.withoutTenant($1)) }, uniquingKeysWith: { first, _ in first }),
            uniqueKeys: table.constraints.filter {
                $0.definition.hasPrefix("UNIQUE") || $0.definition.hasPrefix("PRIMARY")
            }
            .map { Self.withoutTenant($0.columns) }.filter { !$0.isEmpty },
            snapshot: snapshots[table.fullName], hasInsertTriggers: triggered.contains(table.fullName),
            isView: view != nil, since: view?.since)
    }

    private func tenantColumn(_ table: Catalog.Table) -> String? {
        if table.fullName == "core.tenants" { return "id" }
        return table.columns.contains { $0.name == Self.tenant } ? Self.tenant : nil
    }

    private static func isShown(_ column: Catalog.Column) -> Bool {
        column.name != tenant && !column.comment.isEmpty && column.grants.contains(.select)
    }

    private static func withoutTenant(_ columns: [String]) -> [String] { columns.filter { $0 != tenant } }

    private func field(_ column: Catalog.Column, of table: Catalog.Table) -> Resource.Field {
        let domain = domains[column.type]
        let itemDomain = column.type.hasSuffix("[]") ? domains[String(column.type.dropLast(2))] : nil
        let type = domain?.base ?? itemDomain.map { $0.base + "[]" } ?? column.type
        let checks = table.constraints.filter { $0.columns == [column.name] }.map(\.definition)
        let rule = ValueRule(checks: (domain ?? itemDomain)?.checks ?? [], subject: "VALUE")
            .and(itemDomain == nil ? ValueRule(checks: checks, subject: column.name) : ValueRule())
        let kind = ValueKind(type: type)
        let isWritable =
            !column.isGenerated && !["created_at", "updated_at"].contains(column.name)
            // Where a secret is kept is for whoever runs the platform: its values are other people's.
            && column.type != "core.secret_ref" && kind != .bytes
        let isCreatable = isWritable && column.grants.contains(.insert)
        return Resource.Field(
            name: column.name, comment: column.comment, kind: kind, baseType: type,
            domain: domain == nil && itemDomain == nil ? nil : column.type,
            // No column of a view is declared not to be.
            isNullable: views[table.fullName].map { !$0.filled.contains(column.name) } ?? column.isNullable, rule: rule,
            value: column.value, isCreatable: isCreatable,
            isRequired: isCreatable && !column.isNullable && column.value.isEmpty,
            isUpdatable: isWritable && column.grants.contains(.update) && !table.primaryKey.contains(column.name),
            isStaffOnly: staffColumns.contains("\(table.fullName).\(column.name)"))
    }

    /// What a row names by one key: a column that has the rest of another table's key, beside the tenant.
    private static func expansions(_ table: Catalog.Table, _ fields: [Resource.Field]) -> [Resource.Expansion] {
        var seen: Set<String> = []
        return table.foreignKeys.compactMap { key in
            let pairs = zip(key.columns, key.targetColumns).filter { $0.0 != tenant }
            guard pairs.count == 1, let column = pairs.first, fields.contains(where: { $0.name == column.0 }) else {
                return nil
            }
            let name = column.0.hasSuffix("_id") ? String(column.0.dropLast(3)) : column.0 + "_row"
            guard !fields.contains(where: { $0.name == name }), seen.insert(name).inserted else { return nil }
            return Resource.Expansion(
                name: name, columns: [column.0], targetColumns: [column.1], target: key.target)
        }
    }
}

extension Resource {
    /// The same, without what points to tables that are not exposed.
    func expanding(into names: Set<String>) -> Resource {
        Resource(
            schema: schema, table: table, comment: comment, fields: fields, key: key, tenantColumn: tenantColumn,
            isSeenByAccounts: isSeenByAccounts, readPermission: readPermission, writePermission: writePermission,
            isCreatable: isCreatable, isUpdatable: isUpdatable, isDeletable: isDeletable,
            expansions: expansions.filter { names.contains($0.target) }, constraints: constraints,
            uniqueKeys: uniqueKeys, snapshot: snapshot, hasInsertTriggers: hasInsertTriggers,
            isView: isView, since: since)
    }
}
