package import Foundation
package import Postgres

/// Takes a file of call records of another switch into `cdr.raw_cdr`, from where they are rated like our own.
///
/// Records and how far the file was read are stored in one transaction, some thousand at a time. Who is ended in
/// between goes on there; the same file a second time is told to have been taken; the same record in another file is
/// the same row (docs/decisions/0020).
package struct ImportCalls: Sendable {
    private let database: Database
    private let tenant: UUID
    private let options: IntakeOptions

    private static let batchSize = 2_000
    /// A batch is full with this many bytes as well.
    private static let batchBytes = 8 << 20
    /// When so many records are read and none is taken, it is the mapping that is wrong.
    private static let enoughToDoubt = 100
    private static let longestHeading = 60_000

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID, _ options: IntakeOptions) {
        self.database = database
        self.tenant = tenant
        self.options = options
    }

    /// - Parameter progress: hears of every batch, after it is stored.
    /// - Throws: `ImportFailure` when the file as a whole cannot be taken. What was not taken of it is in the result.
    package func callAsFunction(
        _ path: String, progress: (ImportProgress) throws -> Void = { _ in }
    ) async throws -> IntakeResult {
        var file = try await IntakeFile.find(path, options, tenant: tenant, database)
        var result = IntakeResult(file, source: options.source)
        result.isDryRun = options.isDryRun
        if let finished = file.finishedAt {
            result.takenBefore = finished
            result.repeated = file.counts.imported + file.counts.repeated
            result.lines = file.position.lines
            return result
        }
        let list = try options.rejectsPath.map { try ProblemList(path: $0, of: path) }
        if file.position.offset > 0 { result.resumedAtLine = file.position.lines + 1 }
        let (splitter, heading) = try open(path, &file)
        var reader = try IntakeReader(options, heading: heading)
        var store = StoreIntake(database, tenant: tenant, options)
        let settled = file.position.read
        while true {
            let (records, position, isLast) = try Self.batch(splitter, &reader, settled: settled)
            let before = file
            file.position = position
            let stored = try await keep(records, &store, &file, before, isLast: isLast)
            result.add(stored)
            result.lines = splitter.lines
            for (record, problem) in stored.rejected { try list?.add([problem.problem(onLine: record.line)]) }
            if isLast { return result }
            // All of it may be in memory, and there is still something to do.
            let bytes = min(splitter.bytesRead, file.size - 1)
            try progress(ImportProgress(lines: splitter.lines, bytes: bytes, size: file.size))
        }
    }

    /// Opens a file where the last import ended.
    private func open(_ path: String, _ file: inout IntakeFile) throws -> (RecordSplitter, [UInt8]?) {
        let feed = try ByteFeed(path: path, options.encoding, from: file.position.offset)
        let mapping = options.mapping
        if mapping.layout == .json {
            let splitter = RecordSplitter(
                feed, try Self.style(path, options.encoding), offset: file.position.offset, lines: file.position.lines)
            return (splitter, nil)
        }
        let separator = mapping.delimiter ?? UInt8(ascii: ",")
        if !mapping.columns.isEmpty {
            let splitter = RecordSplitter(
                feed, .delimited(separator), offset: file.position.offset, lines: file.position.lines)
            return (splitter, nil)
        }
        if file.isStored {
            let heading = Array(file.heading.utf8)
            let style = RecordSplitter.Style.delimited(mapping.delimiter ?? FieldReader.separator(of: heading))
            let splitter = RecordSplitter(feed, style, offset: file.position.offset, lines: file.position.lines)
            return (splitter, heading)
        }
        let splitter = RecordSplitter(feed, .lines)
        let first = try splitter.peek().drop { $0 == 0x0A || $0 == 0x0D }.prefix { $0 != UInt8(ascii: "\n") }
        splitter.style = .delimited(mapping.delimiter ?? FieldReader.separator(of: first))
        guard let heading = try splitter.next(), heading.expected == nil, heading.bytes.count < Self.longestHeading
        else {
            throw ImportFailure("\(path) has no line that names its columns")
        }
        let isLatin1 = options.encoding == .latin1
        let names = isLatin1 ? heading.bytes.readAsLatin1 : String(decoding: heading.bytes, as: UTF8.self)
        file.heading = names.replacing("\0", with: "")
        return (splitter, Array(file.heading.utf8))
    }

    /// Objects are one a line when the first line is one.
    private static func style(_ path: String, _ encoding: RecordEncoding) throws -> RecordSplitter.Style {
        let feed = try ByteFeed(path: path, encoding)
        let head = try RecordSplitter(feed, .lines).peek()
        let line = head.prefix { $0 != UInt8(ascii: "\n") }
        return FlatJSON.values(of: Array(line)) != nil ? .lines : .objects
    }

    /// Reads some records.
    /// - Parameter settled: what was made of records before this byte is stored, by an import that was ended.
    /// - Returns: them, from where the file would have to be read if they were all that is stored, and whether it ends.
    private static func batch(
        _ splitter: RecordSplitter, _ reader: inout IntakeReader, settled: Int
    ) throws -> ([IntakeRecord], IntakeFile.Position, Bool) {
        var records: [IntakeRecord] = []
        var count = 0
        var bytes = 0
        var isLast = false
        while count < batchSize && bytes < batchBytes {
            guard let raw = try splitter.next() else {
                records += reader.finish()
                isLast = true
                break
            }
            count += 1
            bytes += raw.bytes.count
            let made = reader.take(raw)
            if raw.start >= settled { records += made }
        }
        let read = max(splitter.offset, settled)
        var position = IntakeFile.Position(offset: splitter.offset, lines: splitter.lines, read: read)
        // What waits for its other half is read again by who goes on here.
        if let oldest = reader.oldest { position = .init(offset: oldest.start, lines: oldest.line - 1, read: read) }
        return (records, position, isLast)
    }

    private struct DryRun: Error { let result: StoreIntake.Result }

    private func keep(
        _ records: [IntakeRecord], _ store: inout StoreIntake, _ file: inout IntakeFile, _ before: IntakeFile,
        isLast: Bool
    ) async throws -> StoreIntake.Result {
        if !before.isStored, isLast, records.isEmpty { throw ImportFailure("\(file.name) has no record") }
        let isFirst = !before.isStored
        do {
            let result = try await store(records) { [options, tenant, file] session, result in
                if isFirst, result.rejected.count == records.count, records.count >= Self.enoughToDoubt {
                    throw Self.doubt(result, records.count)
                }
                if options.isDryRun { throw DryRun(result: result) }
                let record = RecordProgress(tenant: tenant, file, options)
                if isFirst { try await record.begin(session) }
                let rejected = try await record.reject(result.rejected, session)
                try await record.advance(
                    from: before.position, result, rejected: rejected, isLast: isLast, session)
            }
            file.isStored = true
            return result
        } catch let dry as DryRun {
            file.isStored = true
            return dry.result
        }
    }

    private static func doubt(_ result: StoreIntake.Result, _ count: Int) -> ImportFailure {
        let first = result.rejected.first.map { "line \($0.record.line): \($0.problem.words)" } ?? ""
        return ImportFailure(
            """
            none of the first \(count) records can be taken, so that the mapping is wrong, or the accounts are not \
            there yet; nothing was changed. The first of them: \(first)
            """)
    }
}
