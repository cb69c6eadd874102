import Foundation
import Postgres

/// Brings a carrier's file of calls into a table of the session, `incoming_records`, in bounded memory, and finds out
/// what is wrong with it.
final class StageVendorRecords {
    let problems: ProblemList
    private(set) var records = 0
    private var tally = ImportTally()

    private let reader: RecordReader
    private var line: RecordLine

    private static let batchSize = 5_000
    /// Bad lines after which reading goes no further.
    private static let mostBadLines = 100_000

    init(_ path: String, _ map: RecordMap, currency: String, errorsTo errorsPath: String) throws {
        reader = try RecordReader(path: path, map)
        line = try RecordLine(map, currency: currency, now: Date())
        problems = try ProblemList(path: errorsPath, of: path)
    }

    var format: String { reader.format }
    var lines: Int { tally.lines }
    var leftOut: [String: Int] { tally.leftOut }

    /// What each field was found under.
    var columns: [(field: String, name: String)] {
        let layout = reader.layout
        return RecordLayout.Field.allCases.compactMap { field in
            layout.columns[field].map { (field.rawValue, layout.names[$0]) }
        }
    }

    func callAsFunction(
        _ carrier: VendorCarrier, _ session: Connection, progress: (ImportProgress) -> Void
    ) async throws {
        try await session.run(
            """
            create temporary table raw_records
                (line bigint, id uuid, vendor_call_id text, caller text, callee text, from_number text, to_number text,
                 lrn text, jurisdiction text, started_at timestamptz, answered_at timestamptz, duration_ms bigint,
                 billed_s integer, rate numeric, amount numeric)
                on commit drop
            """)
        // The next records are read while the last ones are stored.
        var batch = try nextBatch()
        while !batch.isEmpty {
            let rows = batch
            async let stored = session.copyIn("raw_records (line, \(VendorRecord.columns))") { writer in
                for (line, record) in rows { try await record.write(line: line, carrier: carrier.id, to: writer) }
            }
            batch = try nextBatch()
            _ = try await stored
            progress(.init(lines: lines, bytes: reader.bytesRead, size: reader.size))
        }
        // A record that is in the file twice is charged twice: the second has an id of its own, the same next time.
        try await session.run(
            """
            create temporary table incoming_records on commit drop as
            select case when r.occurrence = 1 then r.id
                        else public.uuid_generate_v5(r.id, r.occurrence::text) end as id,
                   r.vendor_call_id, r.caller, r.callee, r.from_number, r.to_number, r.lrn, r.jurisdiction,
                   r.started_at, r.answered_at, r.duration_ms, r.billed_s, r.rate, r.amount, r.occurrence
              from (select w.*, row_number() over (partition by w.id order by w.line) as occurrence
                      from raw_records w) r
            """, deadline: .seconds(1800))
        try await session.run("analyze incoming_records")
    }

    /// The good records of the next lines; none at the end, or when too much is wrong to go on.
    private func nextBatch() throws -> [(Int, VendorRecord)] {
        var batch: [(Int, VendorRecord)] = []
        batch.reserveCapacity(Self.batchSize)
        while batch.count < Self.batchSize, problems.lines < Self.mostBadLines, try reader.next() {
            tally.lines += 1
            switch line.read(reader) {
            case .record(let record): batch.append((reader.line, record))
            case .leftOut(let reason): tally.leaveOut(reason)
            case .bad(let found): try problems.add(found)
            }
        }
        records += batch.count
        return batch
    }
}
