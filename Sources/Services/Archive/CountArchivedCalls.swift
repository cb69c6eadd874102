import Foundation
import Telecom

/// What files of the archive have of a tenant's calls: for the proof of the ledger, which the database alone cannot
/// give for them.
package struct CountArchivedCalls: Sendable {
    private let tool: ParquetTool
    private let directory: String?

    /// - Parameter directory: where files were moved to; `nil` is where they were written.
    package init(tool: ParquetTool, in directory: String? = nil) {
        self.tool = tool
        self.directory = directory
    }

    /// The tables whose rows have entries in the ledger, each with what a row costs its account.
    static let amounts = ["cdr.enriched_cdr": "sell_amount", "cdr.level_charges": "amount"]

    /// What an account's calls of a month come to, those that cost something.
    struct Sum: Sendable, Equatable {
        let account: UUID
        let calls: Int
        let amount: Money
    }

    /// - Parameter records: of one month.
    /// - Throws: `ArchiveFailure` when a file is not there or not the one that was verified.
    func callAsFunction(_ records: [ArchiveRecord], of tenant: UUID) async throws -> [Sum] {
        var parts: [String] = []
        for record in records {
            guard let amount = Self.amounts[record.table] else { continue }
            let owner = ArchivedTable.text(tenant.uuidString.lowercased())
            let path = record.file(in: directory)
            try VerifyArchive.check(record, at: path)
            parts.append(
                """
                select account_id, \(amount) as amount from read_parquet(\(ArchivedTable.text(path)))
                 where tenant_id = \(owner)::uuid and account_id is not null and \(amount) > 0
                """)
        }
        if parts.isEmpty { return [] }
        let work = try ParquetTool.Workplace.temporary
        defer { work.remove() }
        let printed = try await tool.run(
            """
            select account_id || '|' || count(*) || '|' || sum(amount)::decimal(38,8)
              from (\(parts.joined(separator: " union all "))) group by account_id;
            """, in: work)
        return try printed.split(separator: "\n").map { line in
            let fields = line.split(separator: "|").map(String.init)
            guard fields.count == 3, let account = UUID(uuidString: fields[0]), let calls = Int(fields[1]),
                let amount = Money(fields[2])
            else { throw ArchiveFailure("DuckDB said \(line.prefix(200)) of calls") }
            return Sum(account: account, calls: calls, amount: amount)
        }
    }
}
