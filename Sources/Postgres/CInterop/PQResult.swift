import CLibPQ

/// A `PGresult`: the rows of one statement, or its error.
///
/// Unchecked, because a result is immutable once libpq has handed it out, and reading it from several threads is
/// documented as safe (libpq 15, section 34.20).
@safe
final class PQResult: @unchecked Sendable {
    private let handle: OpaquePointer
    let status: ExecStatusType
    let rowCount: Int
    let columnCount: Int

    init(_ handle: OpaquePointer) {
        unsafe self.handle = handle
        status = unsafe PQresultStatus(handle)
        rowCount = Int(unsafe PQntuples(handle))
        columnCount = Int(unsafe PQnfields(handle))
    }

    deinit { unsafe PQclear(handle) }

    /// Whether the server waits for, or sends, the rows of a COPY.
    var isCopy: Bool { status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH }

    /// Rows that an INSERT, UPDATE, DELETE, SELECT or COPY touched.
    var affectedRows: Int { unsafe Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// What the server did, by its own name: COMMIT of a transaction that had failed answers ROLLBACK.
    var command: String { unsafe String(cString: PQcmdStatus(handle)) }

    func columnName(_ column: Int) -> String { unsafe String(cString: PQfname(handle, Int32(column))) }

    /// The type of a column; for a domain, the type under it.
    func columnType(_ column: Int) -> UInt32 { unsafe PQftype(handle, Int32(column)) }

    /// Reads one value in place; `nil` is SQL's null.
    func withValue<R>(row: Int, column: Int, _ body: (RawSpan?) throws(PostgresError) -> R) throws(PostgresError) -> R {
        let length = Int(unsafe PQgetlength(handle, Int32(row), Int32(column)))
        if length == 0, unsafe PQgetisnull(handle, Int32(row), Int32(column)) == 1 { return try body(nil) }
        let start = unsafe UnsafeRawPointer(PQgetvalue(handle, Int32(row), Int32(column)))
        let buffer = unsafe UnsafeRawBufferPointer(start: start, count: length)
        return try unsafe body(buffer.bytes)
    }

    /// The server's error, when this is one; the letters are those of the protocol (PostgreSQL 15, section 55.8).
    var serverError: ServerError {
        ServerError(
            sqlState: field("C") ?? "XX000",
            message: field("M") ?? "no message",
            detail: field("D"),
            hint: field("H"),
            schema: field("s"),
            table: field("t"),
            column: field("c"),
            constraint: field("n"),
            position: field("P").flatMap { Int($0) }
        )
    }

    private func field(_ code: Unicode.Scalar) -> String? {
        unsafe PQresultErrorField(handle, Int32(code.value)).map { unsafe String(cString: $0) }
    }
}
