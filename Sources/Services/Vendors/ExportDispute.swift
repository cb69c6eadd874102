package import Foundation
package import Postgres
package import Telecom

/// Writes the file that goes to the carrier with a dispute: a row for each call.
package struct ExportDispute: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) { self.database = database }

    private static let batch = 5_000

    static let header = """
        reference,reason,our_start,their_start,caller,called,their_call_id,our_talk_s,their_talk_s,our_billed_s,\
        their_billed_s,our_rate,their_rate,our_amount,their_amount,difference,currency,explanation

        """

    /// What the file has.
    package struct Summary: Sendable {
        package fileprivate(set) var calls = 0
        /// By the reason.
        package fileprivate(set) var classes: [(name: String, calls: Int, ours: MoneySum, theirs: MoneySum)] = []
    }

    /// The file appears when it is whole.
    @discardableResult
    package func callAsFunction(_ dispute: Dispute, to path: String, of tenant: UUID) async throws -> Summary {
        let file = try OutputFile(path)
        try file.write(Self.header)
        var summary = Summary()
        try await database.transaction { session in
            try await session.run(
                """
                declare calls no scroll cursor for
                select i.match_class, to_char(i.cdr_started_at at time zone 'UTC', \(Self.time)),
                       to_char(i.vendor_started_at at time zone 'UTC', \(Self.time)),
                       coalesce(e.from_number, nullif(v.caller, '')), coalesce(i.to_number, v.callee), v.vendor_call_id,
                       round(e.talk_ms / 1000.0, 3)::text, round(v.duration_ms / 1000.0, 3)::text,
                       case when i.cdr_id is not null then i.our_billed_s::text end,
                       case when i.vendor_cdr_id is not null then i.their_billed_s::text end,
                       trim_scale(i.our_rate)::text, trim_scale(i.their_rate)::text, i.our_amount::text,
                       i.their_amount::text, i.difference::text
                  from cdr.reconciliation_items i
                  left join cdr.enriched_cdr e
                    on e.tenant_id = \(tenant) and e.started_at = i.cdr_started_at and e.id = i.cdr_id
                  left join cdr.vendor_cdr v
                    on v.tenant_id = \(tenant) and v.started_at = i.vendor_started_at and v.id = i.vendor_cdr_id
                 where i.tenant_id = \(tenant) and i.dispute_id = \(dispute.id)
                 order by coalesce(i.vendor_started_at, i.cdr_started_at), i.id
                """)
            while true {
                let rows = try await session.run("fetch \(unescaped: String(Self.batch)) from calls")
                for row in rows {
                    var cells: [String?] = []
                    for column in 0..<15 { cells.append(try row.column(column, as: String?.self)) }
                    let explanation = Self.explanation(cells)
                    let all = [dispute.reference] + cells.map { $0 ?? "" } + [dispute.currency, explanation]
                    try file.write(all.map(CSVCell.text).joined(separator: ",") + "\n")
                }
                summary.calls += rows.count
                if rows.count < Self.batch { break }
            }
        }
        summary.classes = try await classes(of: dispute, tenant)
        try file.finish()
        return summary
    }

    private func classes(
        of dispute: Dispute, _ tenant: UUID
    ) async throws -> [(name: String, calls: Int, ours: MoneySum, theirs: MoneySum)] {
        try await database.run(
            """
            select match_class, count(*), sum(our_amount)::numeric, sum(their_amount)::numeric
              from cdr.reconciliation_items
             where tenant_id = \(tenant) and dispute_id = \(dispute.id)
             group by match_class order by sum(difference) desc
            """
        ).decode(String.self, Int.self, MoneySum.self, MoneySum.self)
            .map { (name: $0.0, calls: $0.1, ours: $0.2, theirs: $0.3) }
    }

    private static let time = "YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\""

    /// Why a call is disputed, for who reads the file at the carrier's.
    private static func explanation(_ cells: [String?]) -> String {
        func cell(_ index: Int) -> String { (cells[index] ?? nil) ?? "?" }
        return switch cell(0) {
        case "rounding": "same seconds and rate, the amount is rounded differently"
        case "increment": "same talk, \(cell(9)) s billed where \(cell(8)) s are due"
        case "duration": "talk of \(cell(7)) s billed where our switch has \(cell(6)) s"
        case "rate": "charged \(cell(11)) a minute where our rate sheet has \(cell(10))"
        case "jurisdiction": "charged at another jurisdiction's rate: \(cell(11)) where \(cell(10)) is due"
        case "duplicate": "the call is charged more than once"
        case "missing_ours": "our switch has no such call"
        case "missing_theirs": "the call is not in your records"
        default: cell(0)
        }
    }
}
