package import Catalog
package import Postgres

import struct Foundation.UUID

/// Which columns of a table are read, in which order, and which of them are shown: how rows become JSON and CSV.
package struct RowShape: Sendable {
    private let columns: [Resource.Field]
    private let members: [ColumnJSON]
    /// What is selected, of a table that is called `t`.
    let selection: SQL
    /// The columns that `selection` reads, of a table that is called `t`.
    let read: SQL
    /// The columns that are shown: the first so many. Behind them are those that are read for a cursor or a version.
    package let shown: Int

    /// - Parameters:
    ///   - shown: the fields that are shown.
    ///   - others: fields that have to be read as well.
    init(_ shown: [Resource.Field], and others: [Resource.Field] = []) {
        self.shown = shown.count
        var columns = shown
        for other in others where !columns.contains(where: { $0 === other }) { columns.append(other) }
        self.columns = columns
        members = shown.map(ColumnJSON.init)
        selection = SQL(
            unescaped: columns.map { Self.expression($0, "t.\"\($0.name)\"") }.joined(separator: ", "))
        read = SQL(unescaped: columns.map { "t.\"\($0.name)\"" }.joined(separator: ", "))
    }

    /// How many columns are selected.
    var width: Int { columns.count }

    /// The fields that are shown.
    package var fields: ArraySlice<Resource.Field> { columns.prefix(shown) }

    /// In a form that is read fast, or that the API shows.
    private static func expression(_ field: Resource.Field, _ column: String) -> String {
        switch field.kind {
        case .uuid, .boolean, .integer, .timestamp: column
        case .text: field.baseType == "text" || field.baseType.hasPrefix("character") ? column : "\(column)::text"
        case .decimal, .date, .time, .network, .json: "\(column)::text"
        case .address: "abbrev(\(column))"
        case .bytes: "encode(\(column), 'hex')"
        case .list: "to_json(\(column))::text"
        }
    }

    private func index(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }

    /// A value as text, as a path and a cursor have it; `nil` for null.
    package func text(_ row: Row, _ name: String) throws -> String? {
        guard let index = index(name) else { return nil }
        return try text(row, index)
    }

    /// An id that is read.
    func id(_ row: Row, _ name: String) throws(PostgresError) -> UUID {
        guard let index = index(name) else { throw PostgresError(.decoding, "\(name) is not read") }
        return try row.column(index)
    }

    private func text(_ row: Row, _ index: Int) throws -> String? {
        switch columns[index].kind {
        case .uuid: try row.column(index, as: UUID?.self)?.text
        case .integer: try row.column(index, as: Int?.self).map(String.init)
        case .boolean: try row.column(index, as: Bool?.self).map(String.init)
        case .timestamp: try row.column(index, as: Instant?.self)?.text
        case .date: try row.column(index, as: String?.self).map(EndOfTime.shown)
        default: try row.column(index, as: String?.self)
        }
    }

    /// Writes the members of a row that are shown.
    package func write(_ row: Row, to json: inout JSONWriter) throws {
        try row.read(first: shown) { column, bytes, type throws(PostgresError) in
            guard members[column].write(bytes, type, to: &json) else {
                throw PostgresError(.decoding, "\(columns[column].name) is of type \(type), and cannot be shown")
            }
        }
    }

    /// The names of what is shown, as the first line of a file (RFC 4180).
    package var heading: String { fields.map(\.name).joined(separator: ",") + "\r\n" }

    /// A row as a line of a file.
    package func line(_ row: Row) throws -> String {
        var cells: [String] = []
        for index in 0..<shown { cells.append(try text(row, index).map(CSVCell.text) ?? "") }
        return cells.joined(separator: ",") + "\r\n"
    }
}
