package import Foundation
package import Postgres

/// Takes a carrier's file of calls into `cdr.vendor_cdr`: all of it or nothing, and a second time nothing.
package struct ImportVendorRecords: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// For each of the few statements that touch every row.
    private static let statementLimit = Duration.seconds(1800)
    /// A file of more is several years in one, or has times that are none.
    private static let mostMonths = 36

    /// What an import came to.
    package struct Result: Sendable {
        package let carrier: VendorCarrier
        package let file: String
        /// When the same file was taken before; then nothing else was done.
        package fileprivate(set) var takenAt: Date?
        /// Whether the records are there now.
        package fileprivate(set) var isApplied = false
        /// What the header named, for people to see that it was understood.
        package fileprivate(set) var columns: [(field: String, name: String)] = []
        package fileprivate(set) var lines = 0
        /// Records that were not there before; that were, from another file; and of these those that said another
        /// length or price, which stay as they were.
        package fileprivate(set) var new = 0
        package fileprivate(set) var known = 0
        package fileprivate(set) var differing = 0
        /// Records that say again what another one of the file says: each is a charge of its own.
        package fileprivate(set) var repeated = 0
        /// Called numbers that are none, and can be compared with nothing.
        package fileprivate(set) var withoutNumber = 0
        package fileprivate(set) var leftOut: [String: Int] = [:]
        package fileprivate(set) var from: Date?
        package fileprivate(set) var until: Date?
        package fileprivate(set) var badLines = 0
        package fileprivate(set) var problemCount = 0
        package fileprivate(set) var problems: [ImportProblem] = []
        package fileprivate(set) var errorsPath = ""
    }

    /// - Parameter currency: of the amounts; else the map's, else the carrier's.
    /// - Throws: `ImportFailure` when the file as a whole cannot be taken. Bad lines are in the result.
    package func callAsFunction(
        _ path: String, from carrier: VendorCarrier, _ map: RecordMap = RecordMap(), currency: String? = nil,
        _ options: ImportOptions = ImportOptions(), progress: (ImportProgress) -> Void = { _ in }
    ) async throws -> Result {
        var result = Result(carrier: carrier, file: URL(filePath: path).lastPathComponent)
        let digest = try FileDigest(of: path).sha256
        result.takenAt = try await takenBefore(digest, carrier)
        guard result.takenAt == nil else { return result }
        let currency = currency ?? map.currency ?? carrier.currency
        let stage = try StageVendorRecords(
            path, map, currency: currency, errorsTo: options.errorsPath(of: path))
        do {
            try await database.transaction { session in
                try await stage(carrier, session, progress: progress)
                result.take(stage)
                guard stage.problems.lines == 0 || options.skipsBad else { throw TakenBack() }
                guard stage.records > 0 else { throw ImportFailure("\(path) has no record of an answered call") }
                try await makeMonths(session)
                try await store(carrier, digest, stage.format, currency, &result, session)
                if options.isDryRun { throw TakenBack() }
            }
            result.isApplied = true
        } catch is TakenBack {
            // The result says why.
        }
        return result
    }

    private func takenBefore(_ digest: String, _ carrier: VendorCarrier) async throws -> Date? {
        try await database.run(
            """
            select loaded_at from cdr.vendor_files
             where tenant_id = \(carrier.tenantID) and carrier_id = \(carrier.id) and digest = \(digest)
               and status = 'loaded'
            """
        ).value()
    }

    /// In a transaction of its own: making a month holds up those who use the default partition, until it is committed.
    private func makeMonths(_ session: Connection) async throws {
        let months = try await session.run(
            """
            select distinct date_trunc('month', started_at at time zone 'UTC')::date::text from incoming_records
             order by 1 limit \(Self.mostMonths + 1)
            """, deadline: Self.statementLimit
        ).values(String.self)
        guard months.count <= Self.mostMonths else {
            throw ImportFailure("the file has calls of more than \(Self.mostMonths) months; split it")
        }
        for month in months {
            try await database.run(
                "select core.create_monthly_partition('cdr.vendor_cdr', \(month)::text::date)")
        }
    }

    private func store(
        _ carrier: VendorCarrier, _ digest: String, _ format: String, _ currency: String, _ result: inout Result,
        _ session: Connection
    ) async throws {
        let file = UUID.v7()
        let (count, repeated, unnumbered, first, last) =
            try await session.run(
                """
                select count(*), count(*) filter (where occurrence > 1), count(*) filter (where to_number is null),
                       min(started_at), max(started_at) + interval '1 microsecond' from incoming_records
                """, deadline: Self.statementLimit
            ).first(Int.self, Int.self, Int.self, Date.self, Date.self) ?? (0, 0, 0, Date(), Date())
        try await session.run(
            """
            insert into cdr.vendor_files (tenant_id, id, carrier_id, name, digest, format, currency, status,
                                          period_from, period_to, row_count, rejected_count, loaded_at)
            values (\(carrier.tenantID), \(file), \(carrier.id), \(result.file), \(digest), \(format), \(currency),
                    'loaded', \(first), \(last), \(count), \(result.badLines), now())
            """)
        result.differing =
            try await session.run(
                """
                select count(*) from incoming_records i
                  join cdr.vendor_cdr v
                    on v.tenant_id = \(carrier.tenantID) and v.started_at = i.started_at and v.id = i.id
                 where (v.amount, v.billed_s, v.duration_ms, v.rate) is distinct from
                       (i.amount, i.billed_s, i.duration_ms, i.rate)
                """, deadline: Self.statementLimit
            ).value() ?? 0
        result.new = try await session.run(
            """
            insert into cdr.vendor_cdr (tenant_id, carrier_id, vendor_file_id, currency, \(VendorRecord.columns))
            select \(carrier.tenantID), \(carrier.id), \(file), \(currency), \(VendorRecord.columns)
              from incoming_records order by started_at
            on conflict (tenant_id, started_at, id) do nothing
            """, deadline: Self.statementLimit
        ).affected
        try await session.run(
            """
            update cdr.vendor_files set row_count = \(result.new)
             where tenant_id = \(carrier.tenantID) and id = \(file)
            """
        )
        result.known = count - result.new
        result.repeated = repeated
        result.withoutNumber = unnumbered
        result.from = first
        result.until = last
    }
}

extension ImportVendorRecords.Result {
    fileprivate init(carrier: VendorCarrier, file: String) {
        self.carrier = carrier
        self.file = file
    }

    fileprivate mutating func take(_ stage: StageVendorRecords) {
        columns = stage.columns
        lines = stage.lines
        leftOut = stage.leftOut
        badLines = stage.problems.lines
        problemCount = stage.problems.count
        problems = stage.problems.first
        errorsPath = stage.problems.path
    }
}
