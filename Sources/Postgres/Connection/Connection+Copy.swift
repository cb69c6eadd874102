import CLibPQ

/// COPY in binary format (PostgreSQL 15, COPY, "Binary Format") and as CSV, on a leased session.
extension Connection {
    /// Sends rows into a table, all or none.
    /// - Parameters:
    ///   - target: the table and its columns: `cdr.raw_cdr (tenant_id, id)`. Values cannot be bound in COPY.
    ///   - idleLimit: how long the server may neither take nor say anything, `options.requestTimeout` by default.
    ///   - write: writes the rows; when it throws, the server stores nothing.
    /// - Returns: how many rows were stored.
    package func copyIn(
        _ target: SQL, idleLimit: Duration? = nil, _ write: (CopyWriter) async throws -> Void
    ) async throws -> Int {
        let writer = CopyWriter(connection: self)
        return try await sendCopy("copy \(target) from stdin (format binary)", idleLimit) {
            try await write(writer)
            try await writer.finish()
        }
    }

    /// Sends CSV into a table, as ``copyOutCSV(_:idleLimit:_:)`` gives it, all of it or nothing.
    /// - Parameter write: gets what takes bytes; a part need not end where a row does.
    /// - Returns: how many rows were stored.
    package func copyInCSV(
        _ target: SQL, idleLimit: Duration? = nil, _ write: (CopySink) async throws -> Void
    ) async throws -> Int {
        try await sendCopy("copy \(target) from stdin (format csv)", idleLimit) {
            try await write(CopySink(connection: self))
        }
    }

    private func sendCopy(
        _ statement: SQL, _ idleLimit: Duration?, _ write: () async throws -> Void
    ) async throws -> Int {
        let pq = try beginSimple(statement)
        self.idleLimit = idleLimit ?? options.requestTimeout
        defer { self.idleLimit = nil }
        try await awaitCopy(pq, PGRES_COPY_IN)
        var reason: (any Error)?
        do {
            try await write()
        } catch {
            reason = error
        }
        _ = pq.endCopy(failing: reason.map { _ in "the sender gave up" })
        try await drainWrites(pq)
        let outcome = await lastResult(pq)
        try begin(pq)
        if let reason { throw reason }
        return try outcome.get().affectedRows
    }

    /// Reads the rows of a table or a query.
    /// - Parameters:
    ///   - source: what stands behind COPY: a table, or `(select …)`. Values cannot be bound in COPY.
    ///   - idleLimit: how long the server may say nothing, `options.requestTimeout` by default.
    ///   - take: gets one binary row at a time, without the header and the trailer.
    package func copyOut(
        _ source: SQL, idleLimit: Duration? = nil, _ take: (CopiedRow) async throws -> Void
    ) async throws {
        var parser = CopyParser()
        try await readCopy("copy \(source) to stdout (format binary)", idleLimit) { bytes in
            if let row = try parser.parse(bytes) { try await take(row) }
        }
    }

    /// The same as CSV (RFC 4180) in UTF-8, whose lines end in a line feed: what is there is quoted, null is nothing.
    /// - Parameter take: gets one row at a time, with its end.
    package func copyOutCSV(
        _ source: SQL, idleLimit: Duration? = nil, _ take: ([UInt8]) async throws -> Void
    ) async throws {
        try await readCopy("copy \(source) to stdout (format csv, force_quote *)", idleLimit, take)
    }

    private func readCopy(
        _ statement: SQL, _ idleLimit: Duration?, _ take: ([UInt8]) async throws -> Void
    ) async throws {
        let pq = try beginSimple(statement)
        self.idleLimit = idleLimit ?? options.requestTimeout
        defer { self.idleLimit = nil }
        try await awaitCopy(pq, PGRES_COPY_OUT)
        do {
            reading: while true {
                switch pq.getCopy() {
                case .row(let bytes):
                    try await take(bytes)
                case .wouldBlock:
                    await waitForSocket(pq, read: true, write: false)
                    guard failure == nil, pq.consumeInput() else { throw lost(pq) }
                case .end, .failed:
                    break reading
                }
            }
        } catch {
            // The rest of the rows cannot be skipped: the session ends here.
            fail(PostgresError(.cancelled, "the reader gave up"))
            throw error
        }
        let outcome = await lastResult(pq)
        try begin(pq)
        _ = try outcome.get()
    }

    /// Queues bytes of a COPY and waits until libpq has sent them: its buffer has no bound of its own.
    func putCopy(_ bytes: [UInt8]) async throws(PostgresError) {
        guard let pq, failure == nil else {
            throw failure ?? PostgresError(.connectionLost, "the connection is closed")
        }
        while failure == nil {
            switch pq.putCopy(bytes) {
            case .queued: return try await drainWrites(pq)
            case .wouldBlock: try await makeRoom(pq)
            case .failed: throw lost(pq)
            }
        }
        throw lost(pq)
    }

    private func awaitCopy(_ pq: PQConnection, _ expected: ExecStatusType) async throws(PostgresError) {
        try await drainWrites(pq)
        guard let result = await nextResult(pq) else { throw failure ?? lost(pq) }
        if result.status == expected { return }
        _ = await lastResult(pq)
        try begin(pq)
        throw PostgresError(result.serverError)
    }
}
