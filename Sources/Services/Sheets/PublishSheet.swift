package import Foundation
package import Postgres

/// Puts versions of a deck or a rate plan in force, and takes drafts away.
package struct PublishSheet: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// From now, or from a later time: all routers change together.
    /// - Returns: from when it holds.
    /// - Throws: `PostgresError` when there is no such version, or the time is past.
    package func callAsFunction(_ sheet: Sheet, version: Int, from time: Date? = nil) async throws -> Date {
        let from = try await database.run(
            "select routing.publish_sheet(\(sheet.tenantID), \(sheet.id), \(Int32(version)), \(time)::timestamptz)",
            deadline: ImportSheet.statementLimit
        ).value(Date.self)
        guard let from else { throw ImportFailure("version \(version) was not published") }
        return from
    }

    /// Takes a publication that is still to come back.
    /// - Returns: which versions would have held, by time. They are drafts again, unless they have held before.
    package func withdraw(_ sheet: Sheet) async throws -> [Int] {
        try await database.run("select routing.withdraw_sheet(\(sheet.tenantID), \(sheet.id))").decode(Int.self)
    }

    /// The same in a transaction of its caller's, within what that sees.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func publish(
        _ sheet: UUID, version: Int, from time: Date?, _ scope: RequestScope, _ session: Connection
    ) async throws -> Date? {
        try await AskModel.run(
            "select routing.publish_sheet(\(scope.tenant), \(sheet), \(Int32(version)), \(time)::timestamptz)", session
        ).value(Date.self)
    }

    /// The same in a transaction of its caller's.
    /// - Returns: how many versions would have held.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func withdraw(_ sheet: UUID, _ scope: RequestScope, _ session: Connection) async throws -> Int {
        try await AskModel.run("select routing.withdraw_sheet(\(scope.tenant), \(sheet))", session).count
    }

    /// Puts the version that held before the present one into force again, in a transaction of its caller's.
    /// - Throws: `ResourceFault` when there was none before, or `PostgresError`.
    package static func rollBack(
        _ sheet: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws -> (version: Int, from: Date?) {
        let before = try await session.run(
            """
            select version from routing.sheet_activations
             where tenant_id = \(scope.tenant) and sheet_id = \(sheet) and active_from <= now()
               and active_from > '-infinity'
             order by active_from desc offset 1 limit 1
            """
        ).value(Int.self)
        guard let before else {
            throw ResourceFault(.refused, "no version of the sheet \(sheet.text) held before the present one")
        }
        return (before, try await publish(sheet, version: before, from: nil, scope, session))
    }

    /// Deletes a draft with its rows.
    /// - Returns: whether there was one.
    package func discard(_ sheet: Sheet, version: Int) async throws -> Bool {
        try await database.run(
            """
            delete from routing.sheet_versions
             where tenant_id = \(sheet.tenantID) and sheet_id = \(sheet.id) and version = \(version)
               and state = 'draft'
            """, deadline: ImportSheet.statementLimit
        ).affected > 0
    }
}
