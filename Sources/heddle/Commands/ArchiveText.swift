import ArgumentParser
import Foundation
import Services

/// What became of one archived month.
struct ArchiveOutcome: Sendable {
    let record: ArchiveRecord
    let text: String
    let isGood: Bool

    /// Does something to each month; one that cannot be done does not keep the others.
    static func each(
        of records: [ArchiveRecord], _ work: (ArchiveRecord) async throws -> String
    ) async throws -> [ArchiveOutcome] {
        var outcomes: [ArchiveOutcome] = []
        for record in records {
            do {
                outcomes.append(ArchiveOutcome(record: record, text: try await work(record), isGood: true))
            } catch let failure as ArchiveFailure {
                outcomes.append(ArchiveOutcome(record: record, text: failure.description, isGood: false))
            }
        }
        return outcomes
    }
}

/// What is archived, and what became of it, for people and for programs.
enum ArchiveText {
    static func list(_ records: [ArchiveRecord], json: Bool) -> String {
        if json {
            return VendorText.array(records) { record, json in
                json.text("table", record.table)
                json.text("month", record.month.description)
                json.number("rows", record.rows)
                json.number("bytes", record.bytes)
                json.text("file", record.path)
                json.text("sha256", record.sha256)
                json.object("sums") { json in
                    for (column, sum) in record.sums.sorted(by: { $0.key < $1.key }) { json.text(column, sum) }
                }
                json.text("verified_at", record.verifiedAt.formatted(.iso8601))
                json.flag("is_in_database", record.isInDatabase)
                json.flag("has_late_rows", record.hasLateRows)
                json.text("stays_until", record.staysUntil)
            }
        }
        guard !records.isEmpty else { return "nothing is archived; `heddle archive run --month YYYY-MM` does it" }
        var table = Table(
            ["MONTH", "TABLE", "ROWS", "MB", "VERIFIED", "IN THE DATABASE", "FILE"], rightAligned: [2, 3])
        for record in records {
            let stays = record.staysUntil.map { record.isDue ? "yes, may go" : "until \($0)" } ?? "yes, stays"
            let megabytes = Double(record.bytes) / 1_000_000
            table.add([
                record.month.description, record.table, record.rows.shown, String(format: "%.1f", megabytes),
                record.verifiedAt.formatted(.iso8601),
                record.isInDatabase ? stays : record.hasLateRows ? "no, but what came late" : "no", record.path,
            ])
        }
        return table.text
    }

    /// Prints what became of months.
    /// - Throws: `ExitCode` 1 when something was not done.
    static func tell(_ outcomes: [ArchiveOutcome], json: Bool) throws {
        if json {
            print(
                VendorText.array(outcomes) { outcome, json in
                    json.text("table", outcome.record.table)
                    json.text("month", outcome.record.month.description)
                    json.flag("ok", outcome.isGood)
                    json.text("text", outcome.text)
                })
        } else {
            if outcomes.isEmpty { print("nothing is archived") }
            for outcome in outcomes {
                let line = "\(outcome.record.table) of \(outcome.record.month): \(outcome.text)"
                if outcome.isGood { print(line) } else { complain(line) }
            }
        }
        if outcomes.contains(where: { !$0.isGood }) { throw ExitCode(1) }
    }
}
