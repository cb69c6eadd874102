package import Postgres

/// Takes the file of a list into its table: all of it or nothing, and a second time nothing.
package struct ImportList: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// - Parameter progress: hears of every few thousand lines.
    /// - Throws: `ImportFailure` when the file as a whole cannot be taken. Bad lines are in the result.
    package func callAsFunction(
        _ path: String, as list: PublishedList, _ options: ImportOptions = ImportOptions(),
        progress: (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportResult {
        let stage = try StageList(path, as: list, errorsTo: options.errorsPath(of: path))
        let apply = ApplyList(list: list, isDelta: options.isDelta, allowsShrink: options.allowsShrink)
        var result: ImportResult?
        do {
            try await database.transaction { session in
                try await stage(session, progress: progress)
                var staged = ImportResult(list.name, stage.tally, stage.problems)
                result = staged
                guard staged.badLines == 0 || options.skipsBad else { throw TakenBack() }
                guard staged.goodLines > 0 else {
                    throw ImportFailure("the file has no line that says something of \(list.name)")
                }
                staged.changes = try await apply(session)
                result = staged
                if options.isDryRun { throw TakenBack() }
                if let snapshot = list.snapshot {
                    try await session.run("select core.bump_snapshot(\(snapshot))")
                }
            }
            result?.isApplied = true
        } catch is TakenBack {
            // The result says why.
        }
        guard let result else { throw ImportFailure("\(path) was not read") }
        return result
    }
}
