import Postgres

/// Brings the file of a list into a table of the session, `incoming_list`, and finds out what is wrong with it.
final class StageList {
    let problems: ProblemList
    private(set) var tally = ImportTally()

    private let list: PublishedList
    private let layout: ListLayout
    private let reader: DelimitedReader
    private var isAtRecord: Bool

    private static let batchSize = 5_000

    init(_ path: String, as list: PublishedList, errorsTo errorsPath: String) throws {
        reader = try DelimitedReader(path: path)
        (layout, isAtRecord) = try ListLayout.read(reader, of: list)
        self.list = list
        problems = try ProblemList(path: errorsPath, of: path)
    }

    func callAsFunction(_ session: Connection, progress: (ImportProgress) -> Void) async throws {
        try await session.run("create temporary table incoming_fields (line bigint, fields text[]) on commit drop")
        while let batch = try nextBatch() {
            _ = try await session.copyIn("incoming_fields (line, fields)") { writer in
                for (line, fields) in batch { try await writer.row(line, fields) }
            }
            progress(.init(lines: tally.lines, bytes: reader.bytesRead, size: reader.size))
        }
        let columns = (list.keys + list.values).enumerated().map { position, column in
            "nullif(fields[\(position + 1)], '')::\(column.type) as \(column.name)"
        }
        try await session.run(
            """
            create temporary table incoming_list on commit drop as
            select line, \(unescaped: columns.joined(separator: ", ")) from incoming_fields
            """, deadline: ImportBlocks.statementLimit)
        try await session.run("analyze incoming_list")
        let keys = list.keys.map(\.name)
        let settle = SettleRepeats(
            table: "incoming_list", keys: keys, shown: keys, values: list.values.map(\.name),
            expected: "one line for each")
        tally.repeated = try await settle(session, into: problems)
    }

    /// The good rows of the next lines; `nil` at the end of the file.
    private func nextBatch() throws -> [(Int, [String])]? {
        var batch: [(Int, [String])] = []
        for count in 0..<Self.batchSize {
            guard try isAtRecord || reader.next() else { return count == 0 ? nil : batch }
            isAtRecord = false
            tally.lines += 1
            var line = ListLine(reader, layout)
            switch line.read(as: list) {
            case .row(let fields): batch.append((reader.line, fields))
            case .leftOut(let reason): tally.leaveOut(reason)
            case .bad(let found): try problems.add(found)
            }
        }
        return batch
    }
}
