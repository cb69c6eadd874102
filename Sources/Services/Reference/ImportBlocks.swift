import Foundation
package import Postgres

/// Takes a file of blocks into `ref.npa_nxx_blocks`: all of it or nothing, and a second time nothing.
package struct ImportBlocks: Sendable {
    private let database: Database

    /// No role that serves may write there.
    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    /// For each of the few statements that touch every row.
    static let statementLimit = Duration.seconds(900)

    /// - Parameter progress: hears of every few thousand lines.
    /// - Throws: `ImportFailure` when the file as a whole cannot be taken. Bad lines are in the result.
    package func callAsFunction(
        _ path: String, as file: BlockFile, _ options: ImportOptions = ImportOptions(),
        progress: (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportResult {
        let plan = try await NumberingPlan.read(database)
        let stage = try StageBlocks(path, as: file, plan, errorsTo: options.errorsPath(of: path))
        let asOf = try options.asOf ?? Self.lastChange(path)
        var result: ImportResult?
        do {
            try await database.transaction { session in
                try await stage(session, progress: progress)
                var staged = ImportResult(stage.source.rawValue, asOf: asOf, stage.tally, stage.problems)
                result = staged
                guard staged.badLines == 0 || options.skipsBad else { throw TakenBack() }
                let apply = ApplyBlocks(
                    source: stage.source, isDelta: options.isDelta, allowsShrink: options.allowsShrink)
                guard staged.goodLines > 0 else {
                    throw ImportFailure("the file has no line of a block that somebody has")
                }
                staged.changes = try await apply(session)
                result = staged
                if options.isDryRun { throw TakenBack() }
                try await record(staged, path, isDelta: options.isDelta, on: session)
            }
            result?.isApplied = true
        } catch is TakenBack {
            // The result says why.
        }
        guard let result else { throw ImportFailure("\(path) was not read") }
        return result
    }

    private func record(_ result: ImportResult, _ path: String, isDelta: Bool, on session: Connection) async throws {
        try await session.run(
            """
            insert into ref.block_imports (source, as_of, file_name, is_delta, row_count, new_count, changed_count,
                                           gone_count, left_out_count, bad_line_count)
            values (\(result.subject), \(result.asOf), \(URL(filePath: path).lastPathComponent), \(isDelta),
                    \(result.changes.rows), \(result.changes.new), \(result.changes.changed), \(result.changes.gone),
                    \(result.leftOut.values.reduce(0, +)), \(result.badLines))
            """)
        // Routers keep the blocks in memory.
        try await session.run("select core.bump_snapshot('reference')")
    }

    private static func lastChange(_ path: String) throws -> CalendarDay {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let text = (attributes[.modificationDate] as? Date)?.formatted(.iso8601) ?? ""
        guard let day = CalendarDay(text) else {
            throw ImportFailure("\(path) does not tell its day; name it with --as-of")
        }
        return day
    }
}
