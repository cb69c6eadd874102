package import Foundation
package import Postgres

/// Takes a price sheet into a draft of a deck or a rate plan: all of it or nothing. No call is priced by a draft.
package struct ImportSheet: Sendable {
    private let database: Database
    private let scope: RequestScope?

    /// - Parameters:
    ///   - database: as the engine, whose imports the audit trail records as one version rather than by row.
    ///   - scope: who asks for it, where that is somebody of the API.
    package init(_ database: Database, for scope: RequestScope? = nil) {
        self.database = database
        self.scope = scope
    }

    /// For each of the few statements that touch every row.
    static let statementLimit = Duration.seconds(900)

    /// What an import came to.
    package struct Result: Sendable {
        package let sheet: Sheet
        /// The draft; `nil` when bad lines kept the file out.
        package fileprivate(set) var version: Int?
        package fileprivate(set) var base: Int?
        /// What the header named, for people to see that it was understood.
        package let columns: [String: String]
        package let lines: Int
        /// Rows of the file, and those that were taken over from the version before.
        package let rows: Int
        package fileprivate(set) var added = 0
        /// Lines of companies and areas that have no numbers.
        package let leftOut: Int
        package let badLines: Int
        package let problemCount: Int
        package let problems: [ImportProblem]
        package let errorsPath: String
    }

    /// - Parameter publishing: when the version is to hold from, so that what holds until a later row begins is kept.
    /// - Throws: `ImportFailure` when the file as a whole cannot be taken. Bad lines are in the result.
    package func callAsFunction(
        _ path: String, into sheet: Sheet, _ options: SheetOptions = SheetOptions(), publishing: Date? = nil,
        progress: (ImportProgress) -> Void = { _ in }
    ) async throws -> Result {
        let stage = try StageSheet(path, options)
        let digest = try FileDigest(of: path).sha256
        var result: Result?
        do {
            try await database.transaction(context: scope?.opening) { session in
                let version = try await draft(sheet, path, options, digest, session)
                try await stage(sheet, version: version, session, progress: progress)
                result = Result(sheet, stage)
                guard stage.problems.count == 0 else { throw TakenBack() }
                guard stage.rows > 0 else { throw ImportFailure("\(path) has a header and no rows") }
                try await complete(sheet, version, options, publishing, &result, session)
            }
        } catch is TakenBack {
            // The result says why.
        }
        guard let result else { throw ImportFailure("\(path) was not read") }
        return result
    }

    /// Ends a transaction that is not to change anything.
    private struct TakenBack: Error {}

    private func draft(
        _ sheet: Sheet, _ path: String, _ options: SheetOptions, _ digest: String, _ session: Connection
    ) async throws -> Int {
        let name = options.fileName ?? URL(filePath: path).lastPathComponent
        let kind = options.isDelta ? "delta" : "full"
        let version = try await session.run(
            "select routing.draft_sheet(\(sheet.tenantID), \(sheet.id), \(kind), \(name))"
        ).value(Int.self)
        guard let version else { throw ImportFailure("no draft could be made") }
        try await session.run(
            """
            update routing.sheet_versions set digest = \(digest)
             where tenant_id = \(sheet.tenantID) and sheet_id = \(sheet.id) and version = \(version)
            """)
        return version
    }

    private func complete(
        _ sheet: Sheet, _ version: Int, _ options: SheetOptions, _ publishing: Date?, _ result: inout Result?,
        _ session: Connection
    ) async throws {
        let missing = options.blocksMissing ? "block" : "drop"
        let added = try await session.run(
            """
            select routing.complete_draft(\(sheet.tenantID), \(sheet.id), \(Int32(version)),
                                          coalesce(\(publishing)::timestamptz, now()), \(missing))
            """, deadline: Self.statementLimit
        ).value(Int.self)
        let base = try await session.run(
            """
            select base_version from routing.sheet_versions
             where tenant_id = \(sheet.tenantID) and sheet_id = \(sheet.id) and version = \(version)
            """
        ).value(Int.self)
        result?.version = version
        result?.base = base
        result?.added = added ?? 0
    }
}

extension ImportSheet.Result {
    fileprivate init(_ sheet: Sheet, _ stage: StageSheet) {
        self.sheet = sheet
        columns = Dictionary(
            uniqueKeysWithValues: stage.layout.columns.map { ($0.key.rawValue, stage.layout.names[$0.value]) })
        lines = stage.lines
        rows = stage.rows
        leftOut = stage.leftOut
        badLines = stage.problems.lines
        problemCount = stage.problems.count
        problems = stage.problems.first
        errorsPath = stage.problems.path
    }
}
