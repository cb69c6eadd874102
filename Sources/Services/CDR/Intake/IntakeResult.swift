package import Foundation

/// What the import of a file of call records came to.
package struct IntakeResult: Sendable {
    /// Its row in `cdr.import_files`.
    package let id: UUID
    package let file: String
    package let source: String
    /// Records that were new, that were there already, that were not taken, and that are about no call of their own.
    package internal(set) var imported = 0
    package internal(set) var repeated = 0
    package internal(set) var rejected = 0
    package internal(set) var skipped = 0
    /// Lines of the file.
    package internal(set) var lines = 0
    /// The first of what was wrong.
    package internal(set) var problems: [ImportProblem] = []
    /// When the file was taken before, as a whole: then it was not read again.
    package internal(set) var takenBefore: Date?
    /// From which line on it was read, because an import that was ended had taken what is before.
    package internal(set) var resumedAtLine: Int?
    package internal(set) var firstCallAt: Date?
    package internal(set) var lastCallAt: Date?
    package internal(set) var isDryRun = false

    /// How many problems are kept.
    static let kept = 20

    init(_ file: IntakeFile, source: String) {
        id = file.id
        self.file = file.name
        self.source = source
    }

    mutating func add(_ result: StoreIntake.Result) {
        imported += result.imported
        repeated += result.repeated
        rejected += result.rejected.count
        skipped += result.skipped
        for (record, problem) in result.rejected.prefix(max(Self.kept - problems.count, 0)) {
            problems.append(problem.problem(onLine: record.line))
        }
        if let first = result.firstCall.map({ Date(microseconds: $0) }) {
            firstCallAt = min(firstCallAt ?? first, first)
        }
        if let last = result.lastCall.map({ Date(microseconds: $0) }) { lastCallAt = max(lastCallAt ?? last, last) }
    }
}
