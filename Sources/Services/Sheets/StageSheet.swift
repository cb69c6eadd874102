import Foundation
import Postgres
import Telecom

/// Copies the rows of one file into a draft, and finds out what is wrong with it.
final class StageSheet {
    let layout: SheetLayout
    let problems: ProblemList
    private(set) var lines = 0
    private(set) var rows = 0
    /// Lines of companies and areas that have no numbers.
    private(set) var leftOut = 0

    private let reader: DelimitedReader
    private let options: SheetOptions
    private let effective: Date
    private let codes: SheetCodes
    private let numbering: SheetNumbering
    private var blocks: BlockCodes?
    /// On which line a prefix with its beginning stands.
    private var seen: [Key: UInt32] = [:]

    /// A file with more is refused: each row is remembered until the end, to find those that are there twice.
    private static let mostRows = 20_000_000
    /// Bad lines after which reading goes no further.
    private static let mostBadLines = 100_000
    private static let batchSize = 10_000

    private struct Key: Hashable {
        let prefix: DigitPrefix
        let from: Date
    }

    init(_ path: String, _ options: SheetOptions) throws {
        reader = try DelimitedReader(path: path)
        layout = try SheetLayout.read(reader)
        self.options = options
        codes = try layout.codes(wanted: options.codes)
        numbering = SheetNumbering(layout, wanted: options.codes)
        if let effective = options.effective {
            self.effective = effective
        } else if let text = layout.effective {
            guard let date = SheetTime.read(text, daysFirst: options.daysFirst) else {
                throw ImportFailure("above the header stands the date \"\(text.forDisplay(40))\": \(SheetTime.form)")
            }
            effective = date
        } else {
            effective = Date()
        }
        problems = try ProblemList(path: options.errorsPath ?? "\(path).errors.csv", of: path)
    }

    func callAsFunction(
        _ sheet: Sheet, version: Int, _ session: Connection, progress: (ImportProgress) -> Void
    ) async throws {
        let way: SQL = sheet.kind == .plan ? "direction, " : ""
        let target: SQL = """
            \(sheet.kind.table) (tenant_id, id, \(sheet.kind.key), \(sheet.kind.version), \(way)\(SheetRow.columns))
            """
        let direction = options.isInbound ? "inbound" : "outbound"
        // Those of the day on which the sheet begins, if that is to come.
        if !codes.areDigits { blocks = try await BlockCodes.read(codes, at: max(effective, Date()), session) }
        // The next rows are read while the last ones are stored.
        var batch = try nextBatch()
        while !batch.isEmpty {
            let rows = batch
            async let stored = session.copyIn(target) { writer in
                for row in rows {
                    if sheet.kind == .deck {
                        try await row.write(sheet, version: version, to: writer)
                    } else {
                        try await row.write(sheet, version: version, direction: direction, to: writer)
                    }
                }
            }
            batch = try nextBatch()
            _ = try await stored
            progress(.init(lines: lines, bytes: reader.bytesRead, size: reader.size))
        }
    }

    /// The rows of the next lines; none at the end, or when too much is wrong to go on.
    private func nextBatch() throws -> [SheetRow] {
        var batch: [SheetRow] = []
        batch.reserveCapacity(Self.batchSize)
        while batch.count < Self.batchSize, problems.lines < Self.mostBadLines, try reader.next() {
            lines += 1
            batch += try read()
        }
        return batch
    }

    /// The rows of the record; none once something is wrong, for nothing will be kept then.
    private func read() throws -> [SheetRow] {
        var line = SheetLine(reader, layout, options, numbering, effective: effective, blocks: blocks)
        switch line.read() {
        case .empty: return []
        case .bad(let found):
            try problems.add(found)
            return []
        case .rows(let read):
            if read.isEmpty { leftOut += 1 }
            // Of a company one problem says it all.
            var repetitions: [ImportProblem] = []
            for row in read where blocks == nil || repetitions.isEmpty {
                if let problem = repetition(of: row) { repetitions.append(problem) }
            }
            try problems.add(repetitions)
            rows += read.count
            guard rows <= Self.mostRows else {
                throw ImportFailure("the file has more than \(Self.mostRows) rows; split it")
            }
            return problems.count == 0 ? read : []
        }
    }

    /// Remembers a row; the problem if it has been there before.
    private func repetition(of row: SheetRow) -> ImportProblem? {
        guard
            let first = seen.updateValue(
                UInt32(clamping: reader.line), forKey: Key(prefix: row.prefix, from: row.validFrom))
        else { return nil }
        let column = layout.columns[codes.field] ?? 0
        return ImportProblem(
            line: reader.line, column: column + 1, field: layout.names[column],
            value: blocks == nil ? row.prefix.description : reader[column],
            expected: "each code once for a date; line \(first) has it too")
    }
}

extension SheetRow {
    fileprivate func write(_ sheet: Sheet, version: Int, to writer: CopyWriter) async throws {
        try await writer.row(
            sheet.tenantID, UUID.v7(), sheet.id, Int32(version), prefix.description, destination, prices.rate,
            prices.interstate, prices.intrastate, prices.local, prices.indeterminate, prices.connectFee,
            initialIncrement, nextIncrement, standing == .blocked, standing == .disabled, validFrom, validTo)
    }

    fileprivate func write(_ sheet: Sheet, version: Int, direction: String, to writer: CopyWriter) async throws {
        try await writer.row(
            sheet.tenantID, UUID.v7(), sheet.id, Int32(version), direction, prefix.description, destination,
            prices.rate, prices.interstate, prices.intrastate, prices.local, prices.indeterminate, prices.connectFee,
            initialIncrement, nextIncrement, standing == .blocked, standing == .disabled, validFrom, validTo)
    }
}
