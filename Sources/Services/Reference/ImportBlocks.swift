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

    /// How a file is taken.
    package struct Options: Sendable {
        /// The file is a part: what it lacks stays.
        package var isDelta = false
        /// Bad lines are left out; otherwise one of them is enough to change nothing.
        package var skipsBad = false
        /// Nothing is changed, whatever the file says.
        package var isDryRun = false
        /// The file may lack much of what is loaded.
        package var allowsShrink = false
        /// Day of the file; that of its last change when `nil`.
        package var asOf: CalendarDay?
        /// Where the problems are written; beside the file when `nil`.
        package var errorsPath: String?

        package init() {}
    }

    /// What an import came to.
    package struct Result: Sendable {
        package let source: BlockSource
        package let asOf: CalendarDay
        /// Whether the database says now what the file says.
        package fileprivate(set) var isApplied = false
        /// Rows of the source after it, and what became of them; zero when there are problems that count.
        package fileprivate(set) var rows = 0
        package fileprivate(set) var new = 0
        package fileprivate(set) var changed = 0
        package fileprivate(set) var gone = 0
        /// Lines of the file, and those that say again what another says.
        package let lines: Int
        package let repeated: Int
        /// Lines about blocks that nobody has, by what the file says of them.
        package let leftOut: [String: Int]
        package let badLines: Int
        /// How many problems there are; the first of them, and where all are.
        package let problemCount: Int
        package let problems: [ImportProblem]
        package let errorsPath: String
    }

    /// - Parameter progress: hears of every few thousand lines.
    /// - Throws: `ImportFailure` when the file as a whole cannot be taken. Bad lines are in the result.
    package func callAsFunction(
        _ path: String, as file: BlockFile, _ options: Options = Options(),
        progress: (ImportProgress) -> Void = { _ in }
    ) async throws -> Result {
        let plan = try await NumberingPlan.read(database)
        let stage = try StageBlocks(path, as: file, plan, errorsTo: options.errorsPath ?? "\(path).errors.csv")
        let asOf = try options.asOf ?? Self.lastChange(path)
        var result: Result?
        do {
            try await database.transaction { session in
                try await stage(session, progress: progress)
                var staged = Result(stage, asOf: asOf)
                result = staged
                guard staged.badLines == 0 || options.skipsBad else { throw TakenBack() }
                let apply = ApplyBlocks(
                    source: stage.source, isDelta: options.isDelta, allowsShrink: options.allowsShrink)
                try await staged.note(apply, on: session)
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

    /// Ends a transaction that is not to change anything.
    private struct TakenBack: Error {}

    private func record(_ result: Result, _ path: String, isDelta: Bool, on session: Connection) async throws {
        try await session.run(
            """
            insert into ref.block_imports (source, as_of, file_name, is_delta, row_count, new_count, changed_count,
                                           gone_count, left_out_count, bad_line_count)
            values (\(result.source.rawValue), \(result.asOf), \(URL(filePath: path).lastPathComponent), \(isDelta),
                    \(result.rows), \(result.new), \(result.changed), \(result.gone),
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

extension ImportBlocks.Result {
    fileprivate init(_ stage: StageBlocks, asOf: CalendarDay) {
        source = stage.source
        self.asOf = asOf
        lines = stage.tally.lines
        repeated = stage.tally.repeated
        leftOut = stage.tally.leftOut
        badLines = stage.problems.lines
        problemCount = stage.problems.count
        problems = stage.problems.first
        errorsPath = stage.problems.path
    }

    fileprivate mutating func note(_ apply: ApplyBlocks, on session: Connection) async throws {
        let good = lines - badLines - repeated - leftOut.values.reduce(0, +)
        guard good > 0 else { throw ImportFailure("the file has no line of a block that somebody has") }
        let changes = try await apply(session)
        rows = changes.rows
        new = changes.new
        changed = changes.changed
        gone = changes.gone
    }
}
