import Foundation
import Postgres
import Telecom

/// Rate tables of versions that held at some time, with the rows that have ended since. They are read when a call first
/// needs them, and kept until others need their place.
struct SheetShelf: Sendable {
    /// Of a version; nil for a direction without rows.
    struct Tables: Sendable {
        var outbound: RateTable?
        var inbound: RateTable?
        /// Why the rows cannot be read; then nothing is priced by them.
        var fault: String?

        fileprivate var rowCount: Int { (outbound?.rowCount ?? 0) + (inbound?.rowCount ?? 0) }
    }

    private var tables: [SheetHistory.Version: (tables: Tables, usedAt: Int)] = [:]
    private var uses = 0

    /// Rows in all, of some sixty bytes each; a version that is larger alone is kept alone.
    private static let maximumRows = 16_000_000
    /// Rows that are in memory as rows at a time.
    private static let batchSize = 20_000
    private static let limit = Duration.seconds(300)

    subscript(version: SheetHistory.Version) -> Tables? {
        get { tables[version]?.tables }
        set { tables[version] = newValue.map { ($0, uses) } }
    }

    /// Lets go of those that were not used for longest, when there are too many; never of these.
    mutating func keep(_ versions: Set<SheetHistory.Version>) {
        uses += 1
        for version in versions { tables[version]?.usedAt = uses }
        while tables.values.reduce(0, { $0 + $1.tables.rowCount }) > Self.maximumRows,
            let oldest = tables.min(by: { $0.value.usedAt < $1.value.usedAt }), oldest.value.usedAt < uses
        {
            tables[oldest.key] = nil
        }
    }

    /// Reads the rows of a version.
    static func read(_ version: SheetHistory.Version, _ session: Connection) async throws -> Tables {
        var outbound = RateTableBuilder()
        var inbound = RateTableBuilder()
        let kind = version.kind
        var fault: String?
        try await session.run(
            """
            declare shelved_rows no scroll cursor for
            select \(kind.direction), \(RateColumns.sql)
              from \(kind.table) r
             where r.tenant_id = \(version.sheet.tenantID) and r.\(kind.key) = \(version.sheet.id)
               and r.\(kind.version) = \(Int32(version.version)) and not r.disabled
            """)
        while true {
            let rows = try await session.run(
                "fetch \(unescaped: String(batchSize)) from shelved_rows", deadline: limit)
            if rows.isEmpty { break }
            do {
                for row in rows {
                    guard let rate = try RateColumns.read(row, from: 1) else { continue }
                    if try row.column(0, as: String.self) == "outbound" {
                        try outbound.add(rate)
                    } else {
                        try inbound.add(rate)
                    }
                }
            } catch {
                // One bad price costs the calls of its sheet, and no others.
                fault = "version \(version.version) cannot be read: \(error)"
                break
            }
        }
        try await session.run("close shelved_rows")
        if let fault { return Tables(fault: fault) }
        return Tables(
            outbound: outbound.isEmpty ? nil : outbound.build(), inbound: inbound.isEmpty ? nil : inbound.build())
    }
}
