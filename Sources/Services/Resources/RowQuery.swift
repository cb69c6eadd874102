package import Catalog
import Foundation
import Postgres

/// What somebody wants to see of a table: which rows, in which order, how many, and which of their fields.
package struct RowQuery: Sendable {
    package let resource: Resource
    /// What the API calls it: with its parameters, for the address of the next page.
    package let parameters: [(name: String, value: String)]
    package private(set) var limit = usualLimit
    package private(set) var countsAll = false
    /// The fields that are shown.
    let shape: RowShape
    let order: RowOrder
    let expansions: [Resource.Expansion]
    private let filters: [RowFilter]
    /// What the row has, behind which the page begins, in the fields of the order; `nil` on the first page.
    private let cursor: [String]?
    /// The names of the fields that are shown; `nil` for all.
    private let names: String?
    private var chosen: RowKey?

    package static let usualLimit = 50
    package static let mostRows = 1_000
    /// Parameters that are no filters. A field of such a name is compared as `format[eq]`.
    package static let reserved: Set<String> = ["limit", "cursor", "order", "fields", "expand", "count", "format"]
    private static let mostParameters = 256
    private static let mostExpansions = 5

    /// - Parameters:
    ///   - parameters: of the request, in their order.
    ///   - isStaff: people of an account see less.
    ///   - isOfKey: whether one row is asked for by its key, and no list.
    /// - Throws: `ResourceFault` that names the parameter.
    package init(
        _ parameters: [(name: String, value: String)], of resource: Resource, isStaff: Bool, isOfKey: Bool = false
    ) throws {
        self.resource = resource
        self.parameters = parameters
        guard parameters.count <= Self.mostParameters else {
            throw ResourceFault.parameter(
                "parameters", "\(parameters.count)", expected: "\(Self.mostParameters) at most")
        }
        let visible = resource.fields(isStaff: isStaff)
        var filters: [RowFilter] = []
        var named: [String: String] = [:]
        for (name, value) in parameters {
            guard Self.reserved.contains(name) else {
                filters.append(try RowFilter(name: name, value: value, of: visible))
                continue
            }
            guard named.updateValue(value, forKey: name) == nil else {
                throw ResourceFault.parameter(name, value, expected: "the parameter once")
            }
        }
        self.filters = filters
        if !isOfKey { try Self.requireBeginning(parameters, resource) }
        order = try RowOrder(named["order"], of: resource, visible)
        cursor = try named["cursor"].map(order.values)
        if let text = named["limit"] { limit = try Self.limit(text) }
        if let text = named["count"] { countsAll = try Self.count(text) }
        expansions = try Self.expansions(named["expand"], resource)
        names = named["fields"]
        if let names {
            let expanded = expansions.flatMap(\.columns)
            shape = RowShape(
                try Self.fields(names, visible),
                and: order.fields + visible.filter { expanded.contains($0.name) || $0.name == "updated_at" })
        } else {
            shape = UsualShapes.shape(of: resource, isStaff: isStaff)
        }
    }

    /// What is joined for each question is not listed from its beginning, unless that is asked for.
    private static func requireBeginning(_ parameters: [(name: String, value: String)], _ resource: Resource) throws {
        guard let name = resource.since.map({ "\($0)[gte]" }), !parameters.contains(where: { $0.name == name }) else {
            return
        }
        throw ResourceFault.parameter(
            name, "", expected: "a time, like 2026-06-14T12:00:00Z: since when rows are listed")
    }

    private static func limit(_ text: String) throws -> Int {
        guard let number = Int(text), (1...mostRows).contains(number) else {
            throw ResourceFault.parameter("limit", text, expected: "a number from 1 to \(mostRows)")
        }
        return number
    }

    private static func count(_ text: String) throws -> Bool {
        guard ["true", "false"].contains(text) else {
            throw ResourceFault.parameter("count", text, expected: "true or false")
        }
        return text == "true"
    }

    /// The fields of a list of names.
    static func fields(_ text: String, _ visible: [Resource.Field]) throws -> [Resource.Field] {
        var seen: Set<Substring> = []
        return try text.split(separator: ",", omittingEmptySubsequences: false).filter { seen.insert($0).inserted }
            .map { name in
                guard let field = visible.first(where: { $0.name == name }) else {
                    throw ResourceFault.parameter(
                        "fields", name, expected: "one of \(visible.map(\.name).joined(separator: ", "))")
                }
                return field
            }
    }

    /// What a list of names asks to be shown beside its key.
    static func expansions(_ text: String?, _ resource: Resource) throws -> [Resource.Expansion] {
        guard let text else { return [] }
        let names = text.split(separator: ",", omittingEmptySubsequences: false)
        guard names.count <= mostExpansions else {
            throw ResourceFault.parameter("expand", text, expected: "\(mostExpansions) names at most")
        }
        guard Set(names).count == names.count else {
            throw ResourceFault.parameter("expand", text, expected: "each name once")
        }
        return try names.map { name in
            guard let expansion = resource.expansions.first(where: { $0.name == name }) else {
                let known = resource.expansions.map(\.name).joined(separator: ", ")
                throw ResourceFault.parameter(
                    "expand", name, expected: known.isEmpty ? "nothing: no row names another" : "one of \(known)")
            }
            return expansion
        }
    }

    /// The first line of a file of its rows.
    package var heading: String { shape.heading }

    /// Whether it asks for one row, by its key.
    var isOfOne: Bool { chosen != nil }

    /// The id of the one row, where all its fields are asked for.
    var idOfWhole: UUID? { names == nil && !resource.isView ? chosen?.id : nil }

    /// Whether it is a list that is known to be read at once: the first rows of a table in the order of its key.
    func isShortList(for scope: RequestScope) -> Bool {
        !isOfOne && filters.isEmpty && !countsAll && order.isOfKey && limit <= ReadTogether.mostRows
            && !resource.isView && scope.account == nil
    }

    /// Leaves one row.
    mutating func choose(_ row: RowKey) { chosen = row }

    /// The conditions on rows, but for where the page begins.
    private func conditions(_ scope: RequestScope) -> [SQL] {
        (resource.tenantColumn.map { ["t.\(identifier: $0) = \(scope.tenant)"] } ?? []) + filters.map(\.condition)
    }

    /// The rows of the page, and one more, if there is one.
    func page(_ scope: RequestScope, from place: SQL? = nil, rows: Int? = nil) -> SQL {
        let row = chosen?.condition(resource, scope)
        let conditions = row.map { [$0] } ?? conditions(scope) + [place ?? cursor.map(order.behind)].compactMap(\.self)
        return """
            select \(shape.selection) from \(unescaped: resource.name) t
             where \(SQL.all(conditions)) \(order.clause) limit \((rows ?? limit) + 1)
            """
    }

    /// How many rows there are in all.
    func total(_ scope: RequestScope) -> SQL {
        "select count(*) from \(unescaped: resource.name) t where \(SQL.all(conditions(scope)))"
    }
}

extension RowQuery {
    /// What short lists have in common that are read by one statement: all but where their pages begin.
    struct Kind: Hashable {
        private let resource: ObjectIdentifier
        private let names: String?
        /// What is expanded is read with the fields that are named.
        private let expanded: [String]
        private let limit: Int
        private let isFirst: Bool

        fileprivate init(_ query: RowQuery) {
            resource = ObjectIdentifier(query.resource)
            names = query.names
            expanded = names == nil ? [] : query.expansions.map(\.name)
            limit = query.limit
            isFirst = query.cursor == nil
        }
    }

    var kind: Kind { Kind(self) }

    /// The rows of several pages: of each what `page` reads, in its order, and behind it which page it is of, counted
    /// from 0.
    ///
    /// The rows of a page keep their order: what is joined without a condition is joined in a nested loop.
    /// - Parameter queries: short lists of this kind.
    func pages(_ queries: [RowQuery], _ scope: RequestScope) -> SQL {
        var conditions = conditions(scope)
        let numbers: SQL
        if cursor == nil {
            numbers = "generate_series(1, \(queries.count)) as c (page)"
        } else {
            let values = queries.map { order.stored($0.cursor ?? []) }
            let columns = order.fields.indices.map { "c\($0)" }
            let lists = columns.indices.map { column in "\(values.map { $0[column] })" as SQL }
            conditions.append(order.behind(texts: columns.map { "c.\(unescaped: $0)" }))
            numbers = """
                unnest(\(SQL.list(lists))) with ordinality as c (\(unescaped: columns.joined(separator: ", ")), page)
                """
        }
        // The inner limit is for the plan, which is one for few rows then, and for whichever limit.
        return """
            select \(shape.selection), c.page - 1
              from \(numbers)
             cross join lateral (
                   select * from (
                       select \(shape.read) from \(unescaped: resource.name) t
                        where \(SQL.all(conditions)) \(order.clause) limit \(unescaped: Self.mostTogether)) as t
                    limit \(limit + 1)) as t
            """
    }

    private static let mostTogether = String(ReadTogether.mostRows + 1)
}
