import Postgres

/// Settles lines of a file that are about the same thing. The first stays; another that says the same is no fault, one
/// that says something else is.
struct SettleRepeats {
    /// The session's table of lines; it has a column `line`.
    let table: String
    /// The columns that name the thing.
    let keys: [String]
    /// Those of them that are shown, where there is a fault.
    let shown: [String]
    /// The columns that say something of it.
    let values: [String]
    /// As `one line a block and date`.
    let expected: String

    private static let batchSize = 5_000

    /// - Returns: how many lines were no fault; they are gone, as those with a fault are.
    func callAsFunction(_ session: Connection, into problems: ProblemList) async throws -> Int {
        try await session.run(
            """
            create temporary table repeated_lines on commit drop as
            select s.line, f.line as first_line, concat_ws('-', \(unescaped: list(shown, of: "s"))) as key,
                   (\(unescaped: list(values, of: "s"))) is distinct from (\(unescaped: list(values, of: "f")))
                   as differs
              from (select min(line) as line, \(unescaped: keys.joined(separator: ", ")) from \(identifier: table)
                     group by \(unescaped: keys.joined(separator: ", ")) having count(*) > 1) k
              join \(identifier: table) f on f.line = k.line
              join \(identifier: table) s
                on \(unescaped: keys.map { "s.\($0) = k.\($0)" }.joined(separator: " and ")) and s.line > k.line
            """, deadline: ImportBlocks.statementLimit)
        try await tell(session, problems)
        let rows = try await session.run(
            "delete from \(identifier: table) i using repeated_lines r where i.line = r.line",
            deadline: ImportBlocks.statementLimit)
        let different = try await session.run("select count(*) from repeated_lines where differs").value(Int.self)
        return rows.affected - (different ?? 0)
    }

    private func tell(_ session: Connection, _ problems: ProblemList) async throws {
        var last = 0
        while true {
            let found = try await session.run(
                """
                select line, first_line, key from repeated_lines where differs and line > \(last)
                 order by line limit \(Self.batchSize)
                """
            ).decode(Int.self, Int.self, String.self)
            guard let end = found.last?.0 else { return }
            last = end
            for (line, first, key) in found {
                let expected = "\(expected); line \(first) says something else"
                try problems.add([ImportProblem(line: line, column: 0, field: "", value: key, expected: expected)])
            }
        }
    }

    private func list(_ columns: [String], of alias: String) -> String {
        columns.map { "\(alias).\($0)" }.joined(separator: ", ")
    }
}
