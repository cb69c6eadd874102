import Foundation
import Postgres
import Telecom

/// The rate tables of versions of decks and plans: those that hold, and those that will within minutes, so that they
/// are there when their time comes. A version whose rows have not changed is read once.
package struct SheetTables: Sendable {
    /// A state of a sheet's rows.
    private struct Key: Hashable {
        let sheet: TenantKey
        let version: Int
        let edition: Int
        let options: RateTable.Options
    }

    /// Of a deck the outbound one alone; `nil` without rows.
    struct Tables: Sendable {
        var outbound: RateTable?
        var inbound: RateTable?
        /// Why the rows could not be read: then there are no tables, and nothing is priced by the sheet.
        var fault: String?
    }

    private var tables: [Key: Tables] = [:]
    private var previous: [Key: Tables]
    private let drafts: [TenantKey: Int]
    private var inForce: [TenantKey: Key] = [:]
    /// What begins soon, of each sheet in the order of time.
    private var coming: [TenantKey: [(time: Date, key: Key)]] = [:]

    /// How long before its time a version is read, in seconds.
    static let preparation = 600
    /// Rows that are in memory as rows at a time.
    private static let batchSize = 20_000
    private static let limit = Duration.seconds(300)

    init(_ previous: SheetTables?, drafts: [TenantKey: Int]) {
        self.previous = previous?.tables ?? [:]
        self.drafts = drafts
    }

    /// How many tables there are, and the memory that they take.
    package var summary: (tables: Int, rows: Int, bytes: Int) {
        var (count, rows, bytes) = (0, 0, 0)
        for case let table? in tables.values.flatMap({ [$0.outbound, $0.inbound] }) {
            count += 1
            rows += table.rowCount
            bytes += table.byteCount
        }
        return (count, rows, bytes)
    }

    /// Lets go of the tables that were read before and are not used any more, once all sheets were read.
    mutating func forgetPrevious() { previous = [:] }

    /// What holds now of a sheet that was read; `nil` for one that was not.
    func inForce(_ sheet: TenantKey) -> Tables? { inForce[sheet].flatMap { tables[$0] } }

    /// What will hold soon of a sheet that was read, and from when.
    func coming(_ sheet: TenantKey) -> [(time: Date, tables: Tables)] {
        (coming[sheet] ?? []).map { ($0.time, tables[$0.key] ?? Tables()) }
    }

    /// The sheets that hold, or will soon, and whose rows cannot be read.
    var problems: [SnapshotProblem] {
        tables.compactMap { key, tables in
            tables.fault.map { fault in
                SnapshotProblem(
                    kind: .sheetUnreadable, id: key.sheet.id, tenantID: key.sheet.tenantID,
                    reason: "version \(key.version), \(fault)")
            }
        }
    }

    /// Finds the versions of these sheets, and reads those that are new.
    mutating func read(
        _ kind: SheetKind, _ sheets: [(TenantKey, RateTable.Options)], _ session: Connection
    ) async throws {
        let options = Dictionary(uniqueKeysWithValues: sheets)
        var missing: Set<Key> = []
        for (sheet, version, edition, time) in try await versions(session) {
            guard let options = options[sheet] else { continue }
            let key = Key(sheet: sheet, version: version, edition: edition, options: options)
            if let time { coming[sheet, default: []].append((time, key)) } else { inForce[sheet] = key }
            tables[key] = previous[key]
            if tables[key] == nil { missing.insert(key) }
        }
        if !missing.isEmpty { try await read(kind, Array(missing), session) }
    }

    /// What holds, without a time, and what begins soon, in the order of time.
    private func versions(
        _ session: Connection
    ) async throws -> [(sheet: TenantKey, version: Int, edition: Int, begins: Date?)] {
        let drafts = Array(drafts)
        return try await session.run(
            """
            with chosen as (
                select a.tenant_id, a.sheet_id, a.version, a.active_from from routing.sheet_activations a
                 where a.active_from > now() and a.active_from <= now() + \(Self.preparation) * interval '1 s'
                union all
                (select distinct on (a.tenant_id, a.sheet_id) a.tenant_id, a.sheet_id, coalesce(d.version, a.version),
                        null
                   from routing.sheet_activations a
                   left join unnest(\(drafts.map(\.key.tenantID)), \(drafts.map(\.key.id)),
                                    \(drafts.map { Int32($0.value) })) as d (tenant_id, sheet_id, version)
                        using (tenant_id, sheet_id)
                  where a.active_from <= now()
                  order by a.tenant_id, a.sheet_id, a.active_from desc)
            )
            select c.tenant_id, c.sheet_id, c.version, v.edition, c.active_from
              from chosen c join routing.sheet_versions v using (tenant_id, sheet_id, version)
             order by c.active_from
            """
        ).decode(UUID.self, UUID.self, Int.self, Int.self, Date?.self).map {
            (TenantKey($0, $1), $2, $3, $4)
        }
    }

    private mutating func read(_ kind: SheetKind, _ missing: [Key], _ session: Connection) async throws {
        var outbound: [TenantVersion: RateTableBuilder] = [:]
        var inbound: [TenantVersion: RateTableBuilder] = [:]
        var faults: [TenantVersion: String] = [:]
        for key in missing {
            outbound[TenantVersion(key)] = RateTableBuilder(options: key.options, isMerged: kind == .deck)
        }
        for key in missing { inbound[TenantVersion(key)] = RateTableBuilder(options: key.options) }
        try await session.run(
            """
            declare sheet_rows no scroll cursor for
            select r.tenant_id, r.\(kind.key), r.\(kind.version), \(kind.direction), \(RateColumns.sql)
              from \(kind.table) r
              join unnest(\(missing.map(\.sheet.tenantID)), \(missing.map(\.sheet.id)),
                          \(missing.map { Int32($0.version) })) as m (tenant_id, id, version)
                on r.tenant_id = m.tenant_id and r.\(kind.key) = m.id and r.\(kind.version) = m.version
             where not r.disabled and (r.valid_to is null or r.valid_to > now())
            """)
        while true {
            let rows = try await session.run(
                "fetch \(unescaped: String(Self.batchSize)) from sheet_rows", deadline: Self.limit)
            if rows.isEmpty { break }
            for row in rows {
                let version = TenantVersion(
                    sheet: TenantKey(try row.column(0), try row.column(1)), version: try row.column(2))
                do {
                    guard let rate = try RateColumns.read(row, from: 4) else { continue }
                    if try row.column(3, as: String.self) == "outbound" {
                        try outbound[version]?.add(rate)
                    } else {
                        try inbound[version]?.add(rate)
                    }
                } catch {
                    // Half a sheet would price calls by the wrong row; what other sheets price goes on.
                    let id = try row.column(4, as: UUID.self)
                    if faults[version] == nil { faults[version] = "row \(id): \(error)" }
                    outbound[version] = nil
                    inbound[version] = nil
                }
            }
        }
        try await session.run("close sheet_rows")
        for key in missing {
            tables[key] = Tables(
                outbound: outbound.removeValue(forKey: TenantVersion(key))?.table(),
                inbound: inbound.removeValue(forKey: TenantVersion(key))?.table(), fault: faults[TenantVersion(key)])
        }
    }

    private struct TenantVersion: Hashable {
        let sheet: TenantKey
        let version: Int

        init(sheet: TenantKey, version: Int) {
            self.sheet = sheet
            self.version = version
        }

        init(_ key: Key) { self.init(sheet: key.sheet, version: key.version) }
    }
}

extension RateTableBuilder {
    /// `nil` without rows.
    fileprivate consuming func table() -> RateTable? { isEmpty ? nil : build() }
}
