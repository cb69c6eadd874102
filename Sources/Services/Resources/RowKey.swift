package import Catalog
import Foundation
import Postgres

/// Which row of a table is meant: its key, as a path has it: one value, or several with commas between.
package struct RowKey: Sendable {
    /// The values, in the order of the key.
    package let values: [String]
    private let fields: [Resource.Field]

    /// - Throws: `ResourceFault`: there is no row that is called so.
    package init(_ text: String, of resource: Resource) throws {
        fields = resource.key.compactMap { resource.field($0) }
        values = text.split(separator: ",", maxSplits: max(fields.count - 1, 0), omittingEmptySubsequences: false)
            .map(String.init)
        let isOne =
            values.count == fields.count
            && zip(values, fields).allSatisfy { FieldCheck.problem(text: $0, $1) == nil }
        guard isOne else { throw Self.notFound(text, resource) }
    }

    /// The row, of a table that is called `t`.
    func condition(_ resource: Resource, _ scope: RequestScope) -> SQL {
        let tenant = resource.tenantColumn.map { ["t.\(identifier: $0) = \(scope.tenant)" as SQL] } ?? []
        let parts = zip(fields, values).map { field, value in
            let stored = EndOfTime.stored(value, field.kind)
            return "t.\(identifier: field.name) = \(stored)::text::\(unescaped: field.comparedType)" as SQL
        }
        return SQL.all(tenant + parts)
    }

    /// The row's id, if it is known by one alone.
    var id: UUID? { fields.count == 1 && fields[0].kind == .uuid ? UUID(text: values[0]) : nil }

    static func notFound(_ text: String, _ resource: Resource) -> ResourceFault {
        ResourceFault(.notFound, "there is no row \(text.forDisplay(100)) of \(resource.name)")
    }

    package var text: String { values.joined(separator: ",") }
}
