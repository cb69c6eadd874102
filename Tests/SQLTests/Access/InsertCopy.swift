import Foundation
import Postgres
import TestSupport
import Testing

extension TestDatabase {
    /// Tries, as the API, to insert a copy of a row of a tenant; what it is refused with.
    ///
    /// The row is read by the owner and travels as JSON, so that the attempt works for every table.
    func insertCopy(
        of table: CatalogTable, from tenant: Tenant, changing change: String = "{}", context: SQL, suffix: String = ""
    ) async throws -> Refusal? {
        let row = try await owner.run(
            """
            select (to_jsonb(t) || \(JSONText(change)))::text from \(unescaped: table.name) t
             where t.tenant_id = \(tenant.id) limit 1
            """
        ).value(String.self)
        let copy = try #require(row, "fillEveryTable() puts no row into \(table); teach it")
        let columns = table.columns.joined(separator: ", ")
        return try await Refusal.of {
            _ = try await app.run([
                context,
                """
                insert into \(unescaped: table.name) (\(unescaped: columns))
                select \(unescaped: columns)
                  from jsonb_populate_record(null::\(unescaped: table.name), \(JSONText(copy)))
                \(unescaped: suffix)
                """,
            ])
        }
    }
}
