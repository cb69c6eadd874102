import Postgres

/// Brings one file into a table of the session, `incoming_blocks`, and finds out what is wrong with it.
final class StageBlocks {
    let layout: BlockLayout
    let source: BlockSource
    let problems: ProblemList
    private(set) var tally = ImportTally()

    private let reader: DelimitedReader
    private let plan: NumberingPlan
    private var isAtRecord: Bool

    private static let batchSize = 5_000
    init(_ path: String, as file: BlockFile, _ plan: NumberingPlan, errorsTo errorsPath: String) throws {
        reader = try DelimitedReader(path: path)
        (layout, isAtRecord) = try BlockLayout.read(reader, of: file)
        source = file.source(of: layout)
        self.plan = plan
        problems = try ProblemList(path: errorsPath, of: path)
    }

    func callAsFunction(_ session: Connection, progress: (ImportProgress) -> Void) async throws {
        try await session.run(
            """
            create temporary table incoming_blocks
                (line bigint, npa text, nxx text, block text, valid_from date, is_disconnect boolean, ocn text,
                 company text, company_type text, lata text, rate_centre text, state text, country text)
                on commit drop
            """)
        while let batch = try nextBatch() {
            _ = try await session.copyIn("incoming_blocks (line, \(unescaped: BlockRow.columns))") { writer in
                for (line, row) in batch { try await row.write(line: line, to: writer) }
            }
            progress(.init(lines: tally.lines, bytes: reader.bytesRead, size: reader.size))
        }
        try await session.run("analyze incoming_blocks")
        let settle = SettleRepeats(
            table: "incoming_blocks", keys: ["npa", "nxx", "block", "valid_from"], shown: ["npa", "nxx", "block"],
            values: ["is_disconnect", "ocn", "company", "company_type", "lata", "rate_centre", "state", "country"],
            expected: "one line a block and date")
        tally.repeated = try await settle(session, into: problems)
    }

    /// The good rows of the next lines; `nil` at the end of the file.
    private func nextBatch() throws -> [(Int, BlockRow)]? {
        var batch: [(Int, BlockRow)] = []
        for count in 0..<Self.batchSize {
            guard try isAtRecord || reader.next() else { return count == 0 ? nil : batch }
            isAtRecord = false
            tally.lines += 1
            var line = BlockLine(reader, layout, source, plan)
            switch line.read() {
            case .row(let row): batch.append((reader.line, row))
            case .leftOut(let reason): tally.leaveOut(reason)
            case .bad(let found): try problems.add(found)
            }
        }
        return batch
    }
}
