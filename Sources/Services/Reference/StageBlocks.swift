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
        problems = try ProblemList(path: errorsPath)
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
        try await settleRepeats(session)
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

    // MARK: Lines about the same block and date

    /// The first line stays. Another that says the same is no fault; one that says something else is.
    private func settleRepeats(_ session: Connection) async throws {
        try await session.run(
            """
            create temporary table repeated_blocks on commit drop as
            select s.line, f.line as first_line, s.npa || '-' || s.nxx || '-' || s.block as code,
                   (s.is_disconnect, s.ocn, s.company, s.company_type, s.lata, s.rate_centre, s.state, s.country)
                   is distinct from
                   (f.is_disconnect, f.ocn, f.company, f.company_type, f.lata, f.rate_centre, f.state, f.country)
                   as differs
              from (select min(line) as line, npa, nxx, block, valid_from from incoming_blocks
                     group by npa, nxx, block, valid_from having count(*) > 1) k
              join incoming_blocks f on f.line = k.line
              join incoming_blocks s on (s.npa, s.nxx, s.block, s.valid_from)
                                      = (k.npa, k.nxx, k.block, k.valid_from) and s.line > k.line
            """, deadline: ImportBlocks.statementLimit)
        var last = 0
        while true {
            let found = try await session.run(
                """
                select line, first_line, code from repeated_blocks where differs and line > \(last)
                 order by line limit \(Self.batchSize)
                """
            ).decode(Int.self, Int.self, String.self)
            guard let end = found.last?.0 else { break }
            last = end
            for (line, first, code) in found {
                let expected = "one line a block and date; line \(first) says something else"
                try problems.add([ImportProblem(line: line, column: 0, field: "", value: code, expected: expected)])
            }
        }
        let rows = try await session.run(
            "delete from incoming_blocks i using repeated_blocks r where i.line = r.line",
            deadline: ImportBlocks.statementLimit)
        let different = try await session.run("select count(*) from repeated_blocks where differs").value(Int.self)
        tally.repeated = rows.affected - (different ?? 0)
    }
}
