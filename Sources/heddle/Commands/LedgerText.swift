import Foundation
import Server
import Services
import Telecom

/// What the commands of the ledger print.
enum LedgerText {
    struct TenantProof: Sendable {
        let tenant: String
        let proof: LedgerProof
    }

    static func proof(_ result: TenantProof) -> String {
        let text =
            result.proof.isWhole
            ? "\(result.tenant): the ledger is right, \(result.proof.accounts.shown) accounts"
            : "\(result.tenant): the ledger is NOT right\n\(findings(result.proof))"
        return text + archived(result.proof.archivedEntries)
    }

    /// What was not looked at, plainly.
    private static func archived(_ entries: [String: Int]) -> String {
        guard let first = entries.keys.min(), let last = entries.keys.max() else { return "" }
        let count = entries.values.reduce(0, +)
        let months = first == last ? first : "\(first) to \(last)"
        return "\n\(count.shown) entries were not held against their calls of \(months), which are in files of the "
            + "archive; --archived reads them"
    }

    static func findings(_ proof: LedgerProof) -> String {
        var table = Table(["PROBLEM", "ACCOUNT", "WHAT", "EXPECTED", "FOUND"], rightAligned: [3, 4])
        for finding in proof.findings {
            table.add([
                finding.problem, finding.account?.text ?? "-", finding.subject?.text ?? "-",
                finding.expected?.text(minimumDecimals: 2) ?? "-", finding.found?.text(minimumDecimals: 2) ?? "-",
            ])
        }
        let counts = proof.counts.sorted { $0.key < $1.key }.map { "\($0.value.shown) × \($0.key)" }
        return ([table.text] + counts).joined(separator: "\n")
    }

    static func json(_ proofs: [TenantProof]) -> String {
        var writer = JSONWriter()
        writer.array { json in
            for result in proofs {
                json.object { json in
                    json.text("tenant", result.tenant)
                    json.number("accounts", result.proof.accounts)
                    json.object("archived_entries") { json in
                        for (month, count) in result.proof.archivedEntries.sorted(by: { $0.key < $1.key }) {
                            json.number(month, count)
                        }
                    }
                    json.object("counts") { json in
                        for (problem, count) in result.proof.counts.sorted(by: { $0.key < $1.key }) {
                            json.number(problem, count)
                        }
                    }
                    json.array("findings") { json in
                        for finding in result.proof.findings { write(finding, &json) }
                    }
                }
            }
        }
        return writer.text
    }

    private static func write(_ finding: LedgerFinding, _ json: inout JSONWriter) {
        json.object { json in
            json.text("problem", finding.problem)
            json.id("account_id", finding.account)
            json.id("id", finding.subject)
            json.text("expected", finding.expected?.text(minimumDecimals: 2))
            json.text("found", finding.found?.text(minimumDecimals: 2))
        }
    }

    // MARK: A statement

    static func statement(_ statement: LedgerStatement, _ month: LedgerMonth) -> String {
        var table = Table(["DAY", "WHAT", "COUNT", "LATE", "AMOUNT", "POSTING", "WHY"], rightAligned: [2, 3, 4])
        for line in statement.lines {
            table.add([
                line.day, line.source, line.count.shown, line.late == 0 ? "" : line.late.shown,
                line.amount.text(minimumDecimals: 2), line.posting?.text ?? "", line.memo,
            ])
        }
        let state = statement.isClosed ? "closed" : "open"
        let rest = statement.isComplete ? "" : "\nand more: these are the first \(statement.lines.count)"
        return """
            \(month) (\(state)), \(statement.currency)
            opening  \(sum(statement.opening, held: statement.openingHeld))
            \(statement.lines.isEmpty ? "nothing was posted" : table.text)\(rest)
            closing  \(sum(statement.closing, held: statement.closingHeld))
            """
    }

    private static func sum(_ amount: MoneySum, held: MoneySum) -> String {
        amount.text(minimumDecimals: 2)
            + (held == .zero ? "" : ", \(held.text(minimumDecimals: 2)) of it held for calls")
    }

    static func json(_ statement: LedgerStatement) -> String {
        JSONWriter.object { json in
            json.text("currency", statement.currency)
            json.flag("is_closed", statement.isClosed)
            json.flag("is_complete", statement.isComplete)
            json.text("opening", statement.opening.text(minimumDecimals: 2))
            json.text("opening_held", statement.openingHeld.text(minimumDecimals: 2))
            json.text("closing", statement.closing.text(minimumDecimals: 2))
            json.text("closing_held", statement.closingHeld.text(minimumDecimals: 2))
            json.array("lines") { json in
                for line in statement.lines {
                    json.object { json in
                        json.text("day", line.day)
                        json.text("source", line.source)
                        json.number("count", line.count)
                        json.number("late", line.late)
                        json.text("amount", line.amount.text(minimumDecimals: 2))
                        json.id("posting", line.posting)
                        json.text("memo", line.memo)
                    }
                }
            }
        }
    }

    // MARK: Closed months

    static func months(_ months: [ClosedMonth]) -> String {
        if months.isEmpty { return "no month is closed; `heddle ledger close --month 2026-10` does it" }
        var table = Table(["MONTH", "ACCOUNTS", "ENTRIES", "LATER", "BY", "LINK"], rightAligned: [1, 2, 3])
        for month in months {
            table.add([
                month.month, month.accounts.shown, month.entries.shown, month.unratedCalls.shown, month.closedBy,
                "\(month.sequence):\(month.digest)",
            ])
        }
        return table.text
    }

    static func json(_ months: [ClosedMonth]) -> String {
        var writer = JSONWriter()
        writer.array { json in
            for month in months {
                json.object { json in
                    json.text("month", month.month)
                    json.number("sequence", month.sequence)
                    json.number("accounts", month.accounts)
                    json.number("entries", month.entries)
                    json.number("unrated_calls", month.unratedCalls)
                    json.text("closed_by", month.closedBy)
                    json.text("digest", month.digest)
                }
            }
        }
        return writer.text
    }

    /// What an account has now.
    static func printBalance(of account: UUID, _ databases: Databases, _ tenant: UUID) async throws {
        let balances = try await ReadBalances(databases.engine, tenant: tenant)(search: account.text)
        for balance in balances {
            print("\(balance.ban): \(balance.currency) \(balance.available.text(minimumDecimals: 2)) available")
        }
    }
}
