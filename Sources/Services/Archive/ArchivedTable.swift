import Foundation
import Postgres

/// A column of a file of the archive.
struct ArchivedColumn: Sendable, Hashable, Codable {
    let name: String
    /// As DuckDB calls it.
    let type: String
    /// Whether it makes itself when the row is put back.
    let isGenerated: Bool

    static let money = "DECIMAL(38,8)"
}

/// A time table as the archive sees it, and how its rows are written on both sides. A row is CSV there and here, to the
/// last byte: so one digest says whether a file has what the database had.
struct ArchivedTable: Sendable {
    let name: String
    /// What its months are told by.
    let time: String
    let columns: [ArchivedColumn]

    /// The columns of money, whose sums are compared.
    var sums: [String] { columns.filter { $0.type == ArchivedColumn.money }.map(\.name) }

    /// What PostgreSQL's COPY reads of a month, in the order of the table's key.
    func source(_ month: CalendarMonth) -> SQL {
        let fields = columns.map { column in
            Self.quoted(column.name) + (column.type == ArchivedColumn.money ? "::numeric(38,8)::text" : "::text")
        }
        let time = Self.quoted(time)
        return """
            (select \(unescaped: fields.joined(separator: ", ")) from \(unescaped: name)
              where \(unescaped: time) >= '\(unescaped: month.firstDay) 00:00:00+00'
                and \(unescaped: time) < '\(unescaped: month.next.firstDay) 00:00:00+00'
              order by tenant_id, \(unescaped: time), id)
            """
    }

    /// What DuckDB reads that CSV by. A row has 4 MB at most.
    func reader(of pipe: String) -> String {
        let types = columns.map { "\(Self.text($0.name)): \(Self.text($0.type))" }.joined(separator: ", ")
        return """
            read_csv(\(Self.text(pipe)), auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
                     nullstr = '', allow_quoted_nulls = false, new_line = '\\n', max_line_size = 4194304,
                     parallel = false, columns = {\(types)})
            """
    }

    /// What writes a file's rows as that CSV again.
    func rows(of file: String, generated: Bool) -> String {
        let kept = columns.filter { generated || !$0.isGenerated }
        let fields = kept.map { "\(Self.quoted($0.name))::varchar" }
        return "select \(fields.joined(separator: ", ")) from read_parquet(\(Self.text(file)))"
    }

    /// A query with the facts of a file, in one text: see ``ArchiveFacts/init(printed:of:digest:)``.
    func facts(of file: String) -> String {
        let time = Self.quoted(time)
        var parts = ["count(*)::varchar"]
        for end in ["min", "max"] { parts.append("coalesce(strftime(\(end)(\(time)), '%Y-%m-%d %H:%M:%S.%f'), '')") }
        parts += sums.map { "coalesce(sum(\(Self.quoted($0))), 0)::decimal(38,8)::varchar" }
        return "select \(parts.joined(separator: " || '|' || ")) from read_parquet(\(Self.text(file)))"
    }

    /// A name, in SQL of either side.
    static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

    /// A text, in DuckDB's SQL. It has no line ends of its own, so that the program that reads a script line by line
    /// takes none of it for its own commands.
    static func text(_ value: String) -> String {
        var text = ""
        var isEscaped = false
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\\": text += "\\\\"
            case "'":
                text += "''"
                continue
            default:
                text.unicodeScalars.append(scalar)
                continue
            }
            isEscaped = true
        }
        return isEscaped ? "E'\(text)'" : "'\(text)'"
    }
}

/// What a month comes to, in the database as in its file.
struct ArchiveFacts: Sendable, Equatable {
    let rows: Int
    /// In UTC, to the microsecond; empty where there are no rows.
    let firstAt: String
    let lastAt: String
    /// By column, with eight decimals.
    let sums: [String: String]
    /// SHA-256 of its rows as CSV.
    var digest: String

    init(rows: Int, firstAt: String, lastAt: String, sums: [String: String], digest: String) {
        self.rows = rows
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.sums = sums
        self.digest = digest
    }

    /// - Parameter printed: what ``ArchivedTable/facts(of:)`` gave.
    init?(printed: String, of table: ArchivedTable, digest: String) {
        let parts = printed.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 + table.sums.count, let rows = Int(parts[0]) else { return nil }
        self.init(
            rows: rows, firstAt: parts[1], lastAt: parts[2],
            sums: Dictionary(uniqueKeysWithValues: zip(table.sums, parts[3...])), digest: digest)
    }

    /// What differs from what should be, in words; `nil` is nothing.
    func difference(from expected: ArchiveFacts) -> String? {
        if rows != expected.rows { return "\(rows) rows instead of \(expected.rows)" }
        if (firstAt, lastAt) != (expected.firstAt, expected.lastAt) {
            return "times from \(firstAt) to \(lastAt) instead of \(expected.firstAt) to \(expected.lastAt)"
        }
        for (column, sum) in expected.sums.sorted(by: { $0.key < $1.key }) where sums[column] != sum {
            return "\(column) adds up to \(sums[column] ?? "nothing") instead of \(sum)"
        }
        return digest == expected.digest ? nil : "rows that are not the ones that were written"
    }
}
