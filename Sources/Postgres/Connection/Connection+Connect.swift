import Reactor

extension Connection {
    /// Opens the session.
    func connect() async throws(PostgresError) {
        guard let pq = PQConnection(parameters: options.parameters) else {
            throw PostgresError(.unavailable, "out of memory while connecting")
        }
        self.pq = pq
        // A socket that refuses at once is told here, not by polling.
        if pq.isBad { fail(PostgresError(.unavailable, "cannot connect to the database: \(pq.message)")) }
        let deadline = reactor.schedule(after: options.connectTimeout) { [weak self] in
            self?.assumeIsolated { $0.fail(PostgresError(.unavailable, "the database did not answer in time")) }
        }
        defer { reactor.cancel(deadline) }
        // libpq asks to begin as if the socket had become writable.
        var progress = PQConnection.Progress.write
        while failure == nil {
            await waitForSocket(pq, write: progress == .write)
            guard failure == nil else { break }
            progress = pq.poll()
            if progress == .connected { return try begin(pq) }
            if progress == .failed {
                fail(PostgresError(.unavailable, "cannot connect to the database: \(pq.message)"))
            }
        }
        throw failure ?? PostgresError(.unavailable, "cannot connect to the database")
    }

    /// From here on requests are pipelined and their results are read as they come.
    func begin(_ pq: PQConnection) throws(PostgresError) {
        guard failure == nil else { return }
        guard pq.beginPipelining() else {
            let error = PostgresError(.unavailable, "cannot use the connection: \(pq.message)")
            fail(error)
            throw error
        }
        isPipelining = true
        watchSocket(pq, read: true, write: false)
    }

    /// Waits until the socket is readable, or writable. The socket may be another one each time.
    func waitForSocket(_ pq: PQConnection, write: Bool) async {
        // The watch begins only when there is somebody to wake: the await itself may let other work run first.
        await withCheckedContinuation { continuation in
            readiness = continuation
            watchSocket(pq, read: !write, write: write)
        }
    }

    func watchSocket(_ pq: PQConnection, read: Bool, write: Bool) {
        reactor.checkIsolated()
        if let watch { reactor.remove(watch) }
        isWatchingWrites = write
        watch = reactor.watch(pq.socket, read: read, write: write) { [weak self] readable, writable in
            self?.assumeIsolated { $0.socketIsReady(readable: readable, writable: writable) }
        }
    }
}
