import struct Foundation.Date
import struct Foundation.UUID

/// The rows of one statement, decoded where they are read.
package struct Rows: Sendable, RandomAccessCollection {
    let result: PQResult

    package var startIndex: Int { 0 }
    package var endIndex: Int { result.rowCount }
    package subscript(position: Int) -> Row { Row(result: result, index: position) }

    /// Rows that an INSERT, UPDATE, DELETE or SELECT touched.
    package var affected: Int { result.affectedRows }

    /// What the server did, by its own name, such as `SELECT 3` or `ROLLBACK`.
    var command: String { result.command }

    /// The names of the columns, in order.
    package var columns: [String] { (0..<result.columnCount).map { result.columnName($0) } }

    /// The only column of the first row; `nil` when there is no row.
    package func value<Value: PostgresField>(_ type: Value.Type = Value.self) throws(PostgresError) -> Value? {
        guard let row = first else { return nil }
        return try row.column(0)
    }

    /// The only column of every row.
    package func values<Value: PostgresField>(_ type: Value.Type = Value.self) throws(PostgresError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for row in self { values.append(try row.column(0)) }
        return values
    }

    /// Reads every row as a tuple, the columns in order.
    ///
    ///     let trunks = try rows.decode(UUID.self, String.self, Int?.self)
    package func decode<each Value: PostgresField>(
        _ types: repeat (each Value).Type
    ) throws(PostgresError) -> [(repeat each Value)] {
        var tuples: [(repeat each Value)] = []
        tuples.reserveCapacity(count)
        for row in self { tuples.append(try row.decode(repeat each types)) }
        return tuples
    }

    /// The first row as a tuple, when there is one.
    package func first<each Value: PostgresField>(
        _ types: repeat (each Value).Type
    ) throws(PostgresError) -> Optional<(repeat each Value)> {
        guard let row = first else { return nil }
        let tuple: (repeat each Value) = try row.decode(repeat each types)
        return .some(tuple)
    }
}

/// One row of a result.
package struct Row: Sendable {
    let result: PQResult
    let index: Int

    /// Reads the columns in order as a tuple.
    package func decode<each Value: PostgresField>(
        _ types: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        var column = 0
        func next<Field: PostgresField>(_ type: Field.Type) throws(PostgresError) -> Field {
            defer { column += 1 }
            return try self.column(column, as: type)
        }
        return (repeat try next((each types)))
    }

    /// Gives the first columns, one after the other, as the server sent them: in binary format, `nil` for null, and of
    /// which type (pg_type.oid; for a domain, the type under it). For who writes very many of them.
    package func read(
        first count: Int, _ body: (Int, RawSpan?, UInt32) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        guard count <= result.columnCount else { throw missing(count - 1) }
        for column in 0..<count {
            let type = result.columnType(column)
            try result.withValue(row: index, column: column) { bytes throws(PostgresError) in
                try body(column, bytes, type)
            }
        }
    }

    private func missing(_ column: Int) -> PostgresError {
        PostgresError(.decoding, "the result has \(result.columnCount) columns, column \(column) was read")
    }

    /// Reads one column, counted from 0.
    @specialized(where Field == Bool)
    @specialized(where Field == Date)
    @specialized(where Field == Date?)
    @specialized(where Field == Int)
    @specialized(where Field == Int?)
    @specialized(where Field == String)
    @specialized(where Field == String?)
    @specialized(where Field == UUID)
    @specialized(where Field == UUID?)
    package func column<Field: PostgresField>(_ column: Int, as type: Field.Type = Field.self) throws(PostgresError)
        -> Field
    {
        guard column < result.columnCount else { throw missing(column) }
        let columnType = result.columnType(column)
        let value = try result.withValue(row: index, column: column) { bytes throws(PostgresError) in
            Field(field: bytes, type: columnType)
        }
        guard let value else {
            throw PostgresError(
                .decoding, "column \(result.columnName(column)) (type \(columnType)) cannot be read as \(Field.self)")
        }
        return value
    }
}

/// What can be read from a column: a decodable value, or an optional of one for columns that may be null.
package protocol PostgresField {
    /// - Parameter bytes: the value in binary format, `nil` for null.
    init?(field bytes: RawSpan?, type: UInt32)
}

extension PostgresDecodable {
    package init?(field bytes: RawSpan?, type: UInt32) {
        guard let bytes, Self.postgresTypes.contains(type) else { return nil }
        self.init(postgres: bytes, type: type)
    }
}

extension Optional: PostgresField where Wrapped: PostgresDecodable {
    package init?(field bytes: RawSpan?, type: UInt32) {
        guard let bytes else {
            self = .none
            return
        }
        guard Wrapped.postgresTypes.contains(type), let value = Wrapped(postgres: bytes, type: type) else {
            return nil
        }
        self = value
    }
}
