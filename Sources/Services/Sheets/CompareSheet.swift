package import Foundation
package import Postgres
package import Telecom

/// Says how two versions of a deck or a rate plan differ.
package struct CompareSheet: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// What becomes of a prefix; the raw value is that of the database.
    package enum Change: String, Sendable, CaseIterable {
        case new, dropped, blocked, opened, disabled, raised, lowered
    }

    /// A prefix that differs.
    package struct Difference: Sendable {
        package let direction: String
        package let prefix: String
        package let destination: String
        package let change: Change
        /// When the new row begins; `nil` where there is none.
        package let begins: Date?
        /// The prices that people look at: the flat one, else that of interstate calls.
        package let old: Money?
        package let new: Money?
        package let oldIncrements: String?
        package let newIncrements: String?

        /// How much dearer or cheaper, as a share of the old price.
        package var share: Double? {
            guard let old, let new, old > .zero else { return nil }
            return Double(new.units - old.units) / Double(old.units)
        }
    }

    /// The whole in numbers, with the differences that weigh most.
    package struct Summary: Sendable {
        package let counts: [Change: Int]
        /// Raised prices that begin before the notice that was agreed is over.
        package let shortNotice: Int
        /// Rows that begin before the time of publication: calls since then were rated without them.
        package let backdated: Int
        package let differences: [Difference]

        package var total: Int { counts.values.reduce(0, +) }
    }

    /// - Parameters:
    ///   - noticeDays: how many days ahead a raised price has to be announced.
    ///   - publishing: when the new version is to hold from.
    ///   - limit: how many differences to list, those that rise most first.
    package func callAsFunction(
        _ sheet: Sheet, from old: Int, to new: Int, noticeDays: Int = 7, publishing: Date = Date(), limit: Int = 20
    ) async throws -> Summary {
        let notice = publishing.addingTimeInterval(Double(noticeDays) * 86_400)
        return try await database.transaction { session in
            try await session.run(
                """
                create temporary table sheet_differences on commit drop as
                select * from routing.compare_sheets(\(sheet.tenantID), \(sheet.id), \(Int32(old)),
                                                      \(Int32(new)))
                """, deadline: ImportSheet.statementLimit)
            var counts: [Change: Int] = [:]
            for (name, count) in try await session.run(
                "select change, count(*) from sheet_differences group by 1"
            ).decode(String.self, Int.self) {
                if let change = Change(rawValue: name) { counts[change] = count }
            }
            let timing = try await session.run(
                """
                select count(*) filter (where change = 'raised' and begins < \(notice)),
                       count(*) filter (where change in ('new', 'raised', 'lowered') and begins < \(publishing))
                  from sheet_differences
                """
            ).decode(Int.self, Int.self).first
            return Summary(
                counts: counts, shortNotice: timing?.0 ?? 0, backdated: timing?.1 ?? 0,
                differences: try await Self.differences(limit, session))
        }
    }

    private static func differences(_ limit: Int, _ session: Connection) async throws -> [Difference] {
        let rows = try await session.run(
            """
            select direction, prefix, destination, change, begins, coalesce(old_rate, old_interstate),
                   case when change not in ('blocked', 'disabled') then coalesce(new_rate, new_interstate) end,
                   old_increments, new_increments
              from sheet_differences
             order by array_position(
                          array['raised', 'blocked', 'dropped', 'disabled', 'opened', 'new', 'lowered'], change),
                      abs(coalesce(new_interstate, new_rate) / nullif(coalesce(old_interstate, old_rate), 0) - 1)
                      desc nulls last, prefix
             limit \(limit)
            """)
        return try rows.map { row in
            Difference(
                direction: try row.column(0), prefix: try row.column(1), destination: try row.column(2),
                change: Change(rawValue: try row.column(3)) ?? .new, begins: try row.column(4),
                old: try row.column(5), new: try row.column(6), oldIncrements: try row.column(7),
                newIncrements: try row.column(8))
        }
    }
}
