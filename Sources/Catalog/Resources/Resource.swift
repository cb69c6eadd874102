/// A table or a view as the API shows it: what may be seen and changed of it, by whom, and what each value is.
///
/// It is rendered from the catalog, so that there is no second list of columns: what `heddle_app` may select and is
/// explained is a field. Requests pass it around and look at it, so it is one object.
package final class Resource: Sendable {
    /// A column.
    package final class Field: Sendable {
        package let name: String
        package let comment: String
        package let kind: ValueKind
        /// The type under its domain, as PostgreSQL writes it.
        package let baseType: String
        /// The domain, if it has one: what the kind of value is called.
        package let domain: String?
        package let isNullable: Bool
        package let rule: ValueRule
        /// The expression of its default; empty where there is none.
        package let value: String
        /// Whether a new row may say it, and whether it has to.
        package let isCreatable: Bool
        package let isRequired: Bool
        package let isUpdatable: Bool
        /// Whether people of an account do not see it.
        package let isStaffOnly: Bool

        init(
            name: String, comment: String, kind: ValueKind, baseType: String, domain: String?, isNullable: Bool,
            rule: ValueRule, value: String, isCreatable: Bool, isRequired: Bool, isUpdatable: Bool, isStaffOnly: Bool
        ) {
            self.name = name
            self.comment = comment
            self.kind = kind
            self.baseType = baseType
            self.domain = domain
            self.isNullable = isNullable
            self.rule = rule
            self.value = value
            self.isCreatable = isCreatable
            self.isRequired = isRequired
            self.isUpdatable = isUpdatable
            self.isStaffOnly = isStaffOnly
        }

        /// The type that a value is compared as: a cast to one with a length would cut it.
        package var comparedType: String { baseType.hasPrefix("character") ? "text" : baseType }
    }

    /// A row of another table that a row names.
    package struct Expansion: Sendable {
        /// What the row is called beside its key: `account` for `account_id`.
        package let name: String
        /// The columns here, without the tenant, and what each of them is there.
        package let columns: [String]
        package let targetColumns: [String]
        /// The table that it points to, with its schema.
        package let target: String
    }

    package let schema: String
    package let table: String
    package let comment: String
    package let fields: [Field]
    /// The names of its key's columns, without the tenant.
    package let key: [String]
    /// The column that says whose row it is; tables of all tenants have none.
    package let tenantColumn: String?
    /// Whether people of an account see their rows.
    package let isSeenByAccounts: Bool
    package let readPermission: String?
    package let writePermission: String?
    package let isCreatable: Bool
    package let isUpdatable: Bool
    package let isDeletable: Bool
    package let expansions: [Expansion]
    /// The columns of each constraint, without the tenant, by its name.
    package let constraints: [String: [String]]
    /// The constraints that say that a row is there only once, each with its columns without the tenant.
    package let uniqueKeys: [[String]]
    /// What is served from memory and has to be told of a change.
    package let snapshot: String?
    /// Whether more is done when a row is made than to check and record it.
    package let hasInsertTriggers: Bool
    /// Whether it is a view, whose rows are read and not written.
    package let isView: Bool
    /// The field whose least value a list has to name: all of it would take too long.
    package let since: String?
    /// With its schema.
    package let name: String
    private let theirs: [Field]
    private let fieldsByName: [String: Field]

    init(
        schema: String, table: String, comment: String, fields: [Field], key: [String], tenantColumn: String?,
        isSeenByAccounts: Bool, readPermission: String?, writePermission: String?, isCreatable: Bool,
        isUpdatable: Bool, isDeletable: Bool, expansions: [Expansion], constraints: [String: [String]],
        uniqueKeys: [[String]], snapshot: String?, hasInsertTriggers: Bool, isView: Bool, since: String?
    ) {
        self.schema = schema
        self.table = table
        self.comment = comment
        self.fields = fields
        self.key = key
        self.tenantColumn = tenantColumn
        self.isSeenByAccounts = isSeenByAccounts
        self.readPermission = readPermission
        self.writePermission = writePermission
        self.isCreatable = isCreatable
        self.isUpdatable = isUpdatable
        self.isDeletable = isDeletable
        self.expansions = expansions
        self.constraints = constraints
        self.uniqueKeys = uniqueKeys
        self.snapshot = snapshot
        self.hasInsertTriggers = hasInsertTriggers
        self.isView = isView
        self.since = since
        name = "\(schema).\(table)"
        theirs = fields.filter { !$0.isStaffOnly }
        fieldsByName = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) })
    }

    /// Where it is in the API.
    package var path: String { "/v1/\(schema)/\(table)" }

    /// The fields that somebody sees.
    /// - Parameter isStaff: people of an account do not see all.
    package func fields(isStaff: Bool) -> [Field] { isStaff ? fields : theirs }

    /// The field of a name, if there is one.
    package func field(_ name: String) -> Field? { fieldsByName[name] }

    /// Whether the newest come first: ids grow with time, and reports begin with theirs.
    package var isNewestFirst: Bool {
        if key.last == "id" { return true }
        guard isView, let kind = key.first.flatMap(field)?.kind else { return false }
        return kind == .timestamp || kind == .date
    }
}
