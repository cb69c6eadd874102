/// A place that may break a rule, and why. An exception that nothing needs any more fails the test: delete its line.
struct HouseException: Sendable {
    let rule: String
    /// A file, or a folder with a slash at its end.
    let path: String
    let reason: String

    static let all = [
        HouseException(
            rule: "@unchecked Sendable", path: "Sources/Postgres/CInterop/",
            reason: "libpq's PGcancel and PGresult are safe to hand over; only this folder owns C pointers")
    ]

    /// How many declarations of a file may lack a doc comment: a debt that is only ever paid back. A number that is too
    /// high fails the test as well.
    static let undocumented: [String: Int] = [:]
}

extension HouseException {
    /// What is left of `violations`: those that no exception covers, and the exceptions that cover none.
    static func apply(_ exceptions: [HouseException], of rule: String, to violations: [Violation]) -> [Violation] {
        let ours = exceptions.filter { $0.rule == rule }
        let stale = ours.filter { exception in !violations.contains { exception.covers($0) } }
        let uncovered = violations.filter { violation in !ours.contains { $0.covers(violation) } }
        return uncovered
            + stale.map {
                Violation(
                    path: "Tests/TidyTests/Exceptions.swift", line: 1,
                    advice: "\($0.path) breaks the rule \"\(rule)\" no more; delete its exception")
            }
    }

    /// The violations of files that have more of them than they may, and a word about numbers that are too high.
    static func apply(debts: [String: Int], to violations: [Violation]) -> [Violation] {
        let found = Dictionary(grouping: violations, by: \.path)
        let tooMany = found.filter { path, list in list.count > debts[path] ?? 0 }.values.flatMap { $0 }
        let paidBack = debts.filter { path, count in (found[path]?.count ?? 0) < count }.map { path, count in
            Violation(
                path: "Tests/TidyTests/Exceptions.swift", line: 1,
                advice:
                    "\(path) has \(found[path]?.count ?? 0) undocumented declarations, not \(count); lower its number")
        }
        return (tooMany + paidBack).sorted { ($0.path, $0.line) < ($1.path, $1.line) }
    }

    private func covers(_ violation: Violation) -> Bool {
        path.hasSuffix("/") ? violation.path.hasPrefix(path) : violation.path == path
    }
}
