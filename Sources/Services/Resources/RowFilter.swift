package import Catalog
import Postgres

/// A condition on the rows of a list: `status=active`, `created_at[gte]=2026-06-01T00:00:00Z`.
package struct RowFilter: Sendable {
    /// How a value is compared.
    package enum Comparison: String, Sendable, CaseIterable {
        case eq
        case ne
        case gt
        case gte
        case lt
        case lte
        /// One of some, with commas between.
        case `in`
        /// `true`: there is no value; `false`: there is one.
        case null
        /// Texts that begin so.
        case prefix
        /// Texts that have it somewhere, in capitals or not.
        case contains
        /// Lists that have it.
        case has
        /// Addresses that are in a network.
        case within

        /// Those that a kind of value has.
        package static func of(_ kind: ValueKind) -> [Comparison] {
            switch kind {
            case .text: [.eq, .ne, .gt, .gte, .lt, .lte, .in, .null, .prefix, .contains]
            case .integer, .decimal, .timestamp, .date, .time: [.eq, .ne, .gt, .gte, .lt, .lte, .in, .null]
            case .uuid: [.eq, .ne, .gt, .gte, .lt, .lte, .in, .null]
            case .boolean: [.eq, .ne, .null]
            case .address, .network: [.eq, .ne, .null, .within]
            case .json, .bytes: [.null]
            case .list: [.null, .has]
            }
        }
    }

    let condition: SQL

    private static let mostValues = 100

    /// - Parameters:
    ///   - name: of the parameter: a field, also with a comparison in brackets.
    ///   - value: of the parameter.
    /// - Throws: `ResourceFault`.
    init(name: String, value: String, of fields: [Resource.Field]) throws {
        let parts = name.split(separator: "[", maxSplits: 1)
        let word = parts.count == 2 && name.hasSuffix("]") ? parts[1].dropLast() : parts.count == 1 ? "eq" : "?"
        guard let field = fields.first(where: { $0.name == parts.first ?? "" }) else {
            throw ResourceFault.parameter(
                "parameter", name,
                expected: "limit, cursor, order, fields, expand, count, format, or one of \(Self.names(fields))")
        }
        let known = Comparison.of(field.kind)
        guard let comparison = Comparison(rawValue: String(word)), known.contains(comparison) else {
            let expected = known.map { $0 == .eq ? field.name : "\(field.name)[\($0.rawValue)]" }
            throw ResourceFault.parameter("parameter", name, expected: "one of \(expected.joined(separator: ", "))")
        }
        condition = try Self.condition(field, comparison, name, value)
    }

    private static func names(_ fields: [Resource.Field]) -> String { fields.map(\.name).joined(separator: ", ") }

    private static func condition(
        _ field: Resource.Field, _ comparison: Comparison, _ name: String, _ value: String
    ) throws -> SQL {
        let column: SQL = "t.\(identifier: field.name)"
        switch comparison {
        case .null:
            guard let isNull = ["true": true, "false": false][value] else {
                throw ResourceFault.parameter(name, value, expected: "true or false")
            }
            return isNull ? "\(column) is null" : "\(column) is not null"
        case .prefix: return "starts_with(\(column)::text, \(value))"
        case .contains: return "strpos(lower(\(column)::text), lower(\(value))) > 0"
        case .has: return "\(column)::\(unescaped: field.baseType) @> array[\(value)]::\(unescaped: field.baseType)"
        case .within:
            guard FieldCheck.isNetwork(value) else {
                throw ResourceFault.parameter(name, value, expected: "a network, like 203.0.113.0/24")
            }
            return "\(column) <<= \(value)::text::inet"
        case .in:
            let values = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard values.count <= mostValues else {
                throw ResourceFault.parameter(name, value, expected: "\(mostValues) values at most")
            }
            for one in values { try check(one, field, name) }
            let stored = values.map { EndOfTime.stored($0, field.kind) }
            return "\(column) = any (\(stored)::text[]::\(unescaped: field.comparedType)[])"
        case .eq, .ne, .gt, .gte, .lt, .lte:
            try check(value, field, name)
            let signs: [Comparison: String] = [.eq: "=", .ne: "<>", .gt: ">", .gte: ">=", .lt: "<", .lte: "<="]
            let stored = EndOfTime.stored(value, field.kind)
            return "\(column) \(unescaped: signs[comparison] ?? "=") \(stored)::text::\(unescaped: field.comparedType)"
        }
    }

    private static func check(_ value: String, _ field: Resource.Field, _ name: String) throws {
        guard let expected = FieldCheck.problem(text: value, field) else { return }
        throw ResourceFault.parameter(name, value, expected: expected)
    }
}
