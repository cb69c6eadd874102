import Reactor

extension Connection {
    /// Opens the session.
    /// - Parameter limit: how long it may take, never longer than `options.connectTimeout`.
    func connect(within limit: Duration? = nil) async throws(PostgresError) {
        let deadline = reactor.schedule(after: min(limit ?? options.connectTimeout, options.connectTimeout)) {
            [weak self] in
            self?.assumeIsolated { $0.fail(PostgresError(.unavailable, "the database did not answer in time")) }
        }
        defer { reactor.cancel(deadline) }
        let places = await lookUp(options.places)
        if let failure { throw failure }
        guard let pq = PQConnection(parameters: options.parameters + places.parameters) else {
            throw PostgresError(.unavailable, "out of memory while connecting")
        }
        self.pq = pq
        // A socket that refuses at once is told here, not by polling.
        if pq.isBad { fail(ConnectAdvice.error(about: pq.message)) }
        // libpq asks to begin as if the socket had become writable.
        var progress = PQConnection.Progress.write
        while failure == nil {
            await waitForSocket(pq, read: progress != .write, write: progress == .write)
            guard failure == nil else { break }
            progress = pq.poll()
            if progress == .connected { return try begin(pq) }
            if progress == .failed {
                fail(ConnectAdvice.error(about: pq.message))
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

    /// The hosts with their addresses; the session has failed when there are none.
    private func lookUp(_ places: [Place]) async -> [Place] {
        guard !places.isEmpty else { return [] }
        await waitOutside {
            BlockingCall.run("pg-names") { [weak self, reactor] in
                let found = places.resolved(by: NameLookUp.addresses)
                reactor.submit { self?.assumeIsolated { $0.placesAreKnown(found) } }
            }
        }
        let found = placesFound ?? []
        if found.isEmpty {
            let names = places.map(\.host).joined(separator: ", ")
            fail(PostgresError(.unavailable, "cannot connect to the database: no address is known for \(names)"))
        }
        return found
    }

    private func placesAreKnown(_ places: [Place]) {
        guard failure == nil else { return }
        placesFound = places
        readiness?.resume()
        readiness = nil
    }

    /// Waits until the socket is readable or writable, as asked for, or the session has failed. The socket may be
    /// another one each time.
    func waitForSocket(_ pq: PQConnection, read: Bool, write: Bool) async {
        let timer = idleLimit.map { limit in
            reactor.schedule(after: limit) { [weak self] in
                self?.assumeIsolated { $0.stop(PostgresError(.timedOut, "the server did nothing for \(limit)")) }
            }
        }
        await waitOutside { watchSocket(pq, read: read, write: write) }
        if let timer { reactor.cancel(timer) }
    }

    /// Waits, outside pipeline mode, until `readiness` is resumed. A task that is cancelled here ends the session: it
    /// is in the middle of something.
    /// - Parameter begin: runs only when there is somebody to wake: the await itself may let other work run first.
    private func waitOutside(_ begin: () -> Void) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard failure == nil else { return continuation.resume() }
                readiness = continuation
                begin()
            }
        } onCancel: {
            reactor.submit { [weak self] in
                self?.assumeIsolated { $0.stop(PostgresError(.cancelled, "the task was cancelled")) }
            }
        }
    }

    /// Ends the session, and what it runs at the server.
    private func stop(_ error: PostgresError) {
        guard failure == nil, !isPipelining else { return }
        if options.isLeased { cancelRunning() }
        fail(error)
    }

    func watchSocket(_ pq: PQConnection, read: Bool, write: Bool) {
        reactor.checkIsolated()
        if let watch { reactor.remove(watch) }
        watch = nil
        guard pq.socket >= 0 else {
            return fail(PostgresError(.connectionLost, "the connection to the database was lost: \(pq.message)"))
        }
        isWatchingWrites = write
        watch = reactor.watch(pq.socket, read: read, write: write) { [weak self] readable, writable in
            self?.assumeIsolated { $0.socketIsReady(readable: readable, writable: writable) }
        }
    }
}
