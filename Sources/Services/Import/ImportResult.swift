/// What an import of a file that others publish came to.
package struct ImportResult: Sendable {
    /// What it is about: a source of blocks, or a list.
    package let subject: String
    /// The day of the file, where it has one.
    package let asOf: CalendarDay?
    /// Whether the database says now what the file says.
    package internal(set) var isApplied = false
    /// Rows of the subject after it, and what became of them; zero when there are problems that count.
    package internal(set) var changes = Changes()
    /// Lines of the file, and those that say again what another says.
    package let lines: Int
    package let repeated: Int
    /// Lines that are about nothing that is kept, by what the file says of them.
    package let leftOut: [String: Int]
    package let badLines: Int
    /// How many problems there are; the first of them, and where all are.
    package let problemCount: Int
    package let problems: [ImportProblem]
    package let errorsPath: String

    /// What became of rows.
    package struct Changes: Sendable, Equatable {
        package internal(set) var rows = 0
        package internal(set) var new = 0
        package internal(set) var changed = 0
        package internal(set) var gone = 0

        /// A whole file that takes more than a tenth away, and more than these rows, is a part of one, most likely.
        private static let usualLoss = 1_000

        /// - Throws: `ImportFailure` when the file lacks too much of what is loaded.
        func requireNoShrink() throws {
            let before = rows - new + gone
            guard gone > Self.usualLoss, gone > before / 10 else { return }
            throw ImportFailure(
                """
                the file lacks \(gone) of the \(before) rows that are loaded: take --delta if it is a part, or \
                --allow-shrink if they are gone; nothing was changed
                """)
        }
    }

    init(_ subject: String, asOf: CalendarDay? = nil, _ tally: ImportTally, _ problems: ProblemList) {
        self.subject = subject
        self.asOf = asOf
        lines = tally.lines
        repeated = tally.repeated
        leftOut = tally.leftOut
        badLines = problems.lines
        problemCount = problems.count
        self.problems = problems.first
        errorsPath = problems.path
    }

    /// Lines that say something.
    var goodLines: Int { lines - badLines - repeated - leftOut.values.reduce(0, +) }
}

/// What the lines of a file came to.
struct ImportTally {
    var lines = 0
    /// Lines that say again what an earlier one said.
    var repeated = 0
    private(set) var leftOut: [String: Int] = [:]

    /// How many names of what was left out are told apart.
    private static let mostReasons = 50

    /// - Parameter reason: as the file says it.
    mutating func leaveOut(_ reason: String) {
        let shown = reason.forDisplay(30)
        let isNew = leftOut[shown] == nil
        leftOut[isNew && leftOut.count >= Self.mostReasons ? "other" : shown, default: 0] += 1
    }
}

/// Ends a transaction that is not to change anything.
struct TakenBack: Error {}
