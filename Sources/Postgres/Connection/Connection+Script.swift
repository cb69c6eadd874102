import CLibPQ

extension Connection {
    /// Runs a string of statements by the simple protocol: one implicit transaction unless it says otherwise.
    ///
    /// It has no deadline: a migration may build an index for hours and say nothing meanwhile. Cancelling the task ends
    /// it, at the server too.
    /// - Parameter script: without values, for which the simple protocol has no place.
    /// - Throws: the first error, with the position of the offending statement in `server`.
    package func runScript(_ script: SQL) async throws(PostgresError) {
        let pq = try beginSimple(script)
        try await drainWrites(pq)
        let outcome = await lastResult(pq)
        try begin(pq)
        _ = try outcome.get()
    }

    /// Leaves pipeline mode and sends a statement: what COPY and scripts need.
    func beginSimple(_ script: SQL) throws(PostgresError) -> PQConnection {
        let text = try script.textWithoutBinds
        guard let pq, failure == nil, inFlight.isEmpty, pq.endPipelining() else {
            throw failure ?? PostgresError(.unavailable, "the session is busy with other requests")
        }
        isPipelining = false
        guard pq.sendSimple(text) else { throw lost(pq) }
        return pq
    }

    func drainWrites(_ pq: PQConnection) async throws(PostgresError) {
        while true {
            switch pq.flush() {
            case .done: return
            case .wouldBlock: try await makeRoom(pq)
            case .failed: throw lost(pq)
            }
        }
    }

    /// Waits until the socket takes more. It reads meanwhile: a server that cannot send its notices takes no rows.
    func makeRoom(_ pq: PQConnection) async throws(PostgresError) {
        await waitForSocket(pq, read: true, write: true)
        guard failure == nil, pq.consumeInput() else { throw lost(pq) }
    }

    func nextResult(_ pq: PQConnection) async -> PQResult? {
        while failure == nil && pq.isBusy {
            await waitForSocket(pq, read: true, write: false)
            guard failure == nil else { break }
            if !pq.consumeInput() { fail(PostgresError(.connectionLost, "the connection was lost: \(pq.message)")) }
        }
        return failure == nil ? pq.nextResult() : nil
    }

    /// Reads to the end of the statement; its result, or the error.
    func lastResult(_ pq: PQConnection) async -> Result<PQResult, PostgresError> {
        var last: Result<PQResult, PostgresError> = .failure(
            PostgresError(.connectionLost, "the connection was lost before the answer came"))
        while let result = await nextResult(pq) {
            let succeeded = [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(result.status)
            last = succeeded ? .success(result) : .failure(PostgresError(result.serverError))
        }
        return failure.map { .failure($0) } ?? last
    }

    func lost(_ pq: PQConnection) -> PostgresError {
        let error = failure ?? PostgresError(.connectionLost, "the connection to the database was lost: \(pq.message)")
        fail(error)
        return error
    }
}
