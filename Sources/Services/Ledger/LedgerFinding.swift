package import Foundation
package import Telecom

/// One thing that is wrong with the ledger of a tenant.
package struct LedgerFinding: Sendable, Hashable {
    /// What it is, in words, such as `call without its debit`.
    package let problem: String
    package let account: UUID?
    /// The posting, call, hold, document or period that it is about.
    package let subject: UUID?
    package let expected: MoneySum?
    package let found: MoneySum?
}

/// What a proof of the ledger came to.
package struct LedgerProof: Sendable {
    /// How many there are of each problem.
    package private(set) var counts: [String: Int] = [:]
    /// The first of each problem.
    package private(set) var findings: [LedgerFinding] = []
    package var accounts = 0
    /// Entries that could not be held against calls, for those are in files of the archive: how many, by month.
    package internal(set) var archivedEntries: [String: Int] = [:]
    /// Whether nothing differs.
    package var isWhole: Bool { counts.isEmpty }

    /// How many of each problem are named.
    let limit: Int
    private var named: [String: Int] = [:]

    init(limit: Int) { self.limit = limit }

    /// - Parameter count: how many of the problem its part found.
    mutating func add(_ part: [(finding: LedgerFinding, count: Int)]) {
        var counted: Set<String> = []
        for (finding, count) in part {
            if counted.insert(finding.problem).inserted { counts[finding.problem, default: 0] += count }
            guard named[finding.problem, default: 0] < limit else { continue }
            named[finding.problem, default: 0] += 1
            findings.append(finding)
        }
    }
}
