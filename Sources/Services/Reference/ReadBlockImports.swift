package import Foundation
package import Postgres

/// Says which blocks and pairs of exchanges are loaded, and how old they are.
package struct ReadBlockImports: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// What is loaded of a source.
    package struct Loaded: Sendable, Equatable {
        package let source: String
        package let rows: Int
        /// Rows that begin after today.
        package let later: Int
        /// Of the last import, in the order of SQL; `nil` when rows came otherwise.
        package let asOf: String?
        package let importedAt: Date?
        package let fileName: String?
    }

    /// A row for each source that has rows.
    package func callAsFunction() async throws -> [Loaded] {
        try await database.run(
            """
            with loaded as (
                select source, count(*) as rows,
                       count(*) filter (where valid_from > (now() at time zone 'UTC')::date) as later
                  from ref.npa_nxx_blocks group by source
            ), last_imports as (
                select distinct on (source) source, as_of, imported_at, file_name
                  from ref.block_imports order by source, imported_at desc
            )
            select l.source::text, l.rows, l.later, i.as_of::text, i.imported_at, i.file_name
              from loaded l left join last_imports i using (source)
            union all
            select 'local areas', count(*),
                   count(*) filter (where valid_from > (now() at time zone 'UTC')::date), null, max(updated_at), null
              from ref.local_calling_areas having count(*) > 0
             order by 1
            """, deadline: ImportBlocks.statementLimit
        ).decode(String.self, Int.self, Int.self, String?.self, Date?.self, String?.self).map {
            Loaded(source: $0.0, rows: $0.1, later: $0.2, asOf: $0.3, importedAt: $0.4, fileName: $0.5)
        }
    }
}
