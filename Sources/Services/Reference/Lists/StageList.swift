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
        problems = try ProblemList(path: errorsPath)
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
        try await settleRepeats(session)
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

    /// The first line about something stays. Another that says the same is no fault; one that says something else is.
    private func settleRepeats(_ session: Connection) async throws {
        let keys = list.keys.map(\.name)
        try await session.run(
            """
            create temporary table repeated_lines on commit drop as
            select s.line, f.line as first_line,
                   concat_ws('-', \(unescaped: keys.map { "s.\($0)" }.joined(separator: ", "))) as key,
                   (\(unescaped: list.values.map { "s.\($0.name)" }.joined(separator: ", ")))
                   is distinct from
                   (\(unescaped: list.values.map { "f.\($0.name)" }.joined(separator: ", "))) as differs
              from (select min(line) as line, \(unescaped: keys.joined(separator: ", ")) from incoming_list
                     group by \(unescaped: keys.joined(separator: ", ")) having count(*) > 1) k
              join incoming_list f on f.line = k.line
              join incoming_list s
                on \(unescaped: keys.map { "s.\($0) = k.\($0)" }.joined(separator: " and ")) and s.line > k.line
            """, deadline: ImportBlocks.statementLimit)
        var last = 0
        while true {
            let found = try await session.run(
                """
                select line, first_line, key from repeated_lines where differs and line > \(last)
                 order by line limit \(Self.batchSize)
                """
            ).decode(Int.self, Int.self, String.self)
            guard let end = found.last?.0 else { break }
            last = end
            for (line, first, key) in found {
                let expected = "one line for each; line \(first) says something else"
                try problems.add([ImportProblem(line: line, column: 0, field: "", value: key, expected: expected)])
            }
        }
        let rows = try await session.run(
            "delete from incoming_list i using repeated_lines r where i.line = r.line",
            deadline: ImportBlocks.statementLimit)
        let different = try await session.run("select count(*) from repeated_lines where differs").value(Int.self)
        tally.repeated = rows.affected - (different ?? 0)
    }
}
