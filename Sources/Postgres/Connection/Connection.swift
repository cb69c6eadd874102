import DequeModule
package import Reactor

/// One session with the server, in libpq's pipeline mode, on the reactor's thread.
///
/// Requests of many tasks may be under way at once: each is a batch of statements ended by one Sync, which the server
/// runs as one implicit transaction, in the order they were sent. A session with an explicit `begin … commit` must be
/// leased, so that nobody else's batch falls into its transaction.
package actor Connection {
    package nonisolated let reactor: Reactor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe reactor.asUnownedSerialExecutor() }

    let options: ConnectionOptions
    var pq: PQConnection?
    var watch: Reactor.Watch?
    var isWatchingWrites = false
    /// What the server still owes an answer to, oldest first.
    var inFlight = Deque<Request>()
    /// The names of this session's prepared statements.
    var prepared: [StatementKey: String] = [:]
    var lastName = 0
    var failure: PostgresError?
    /// A cancel request is or was on its way. It may arrive late and hit the next statement.
    private(set) var wasCancelled = false
    /// Results are read as they come; off while connecting and in COPY, where a task reads the socket itself.
    var isPipelining = false
    /// Who waits for the socket outside pipeline mode.
    var readiness: CheckedContinuation<Void, Never>?
    /// How long such a wait may last; `nil` is for ever.
    var idleLimit: Duration?
    /// What the look-up of the hosts' names found, once it is over.
    var placesFound: [Place]?
    /// Who listens for notifications.
    var onNotification: (@Sendable (Notification) -> Void)?

    init(options: ConnectionOptions, reactor: Reactor) {
        self.options = options
        self.reactor = reactor
    }

    isolated deinit {
        if let watch { reactor.remove(watch) }
    }

    /// Whether statements can be sent.
    var isOpen: Bool { pq != nil && failure == nil }

    /// Open, idle and outside a transaction: fit for the next lease.
    var isClean: Bool { isOpen && !wasCancelled && inFlight.isEmpty && pq?.isInTransaction == false }

    /// Ends the session; requests under way fail as lost.
    package func close() {
        fail(PostgresError(.connectionLost, "the connection was closed"))
    }

    /// The server process of the session.
    package var serverProcess: Int { Int(pq?.serverProcess ?? 0) }

    // MARK: Requests

    /// Runs one statement.
    @discardableResult
    package func run(_ sql: SQL, deadline: Duration? = nil) async throws(PostgresError) -> Rows {
        try await run([sql], deadline: deadline)[0]
    }

    /// Runs statements in one round trip, all or nothing: outside an explicit transaction they are one of their own.
    /// - Parameter deadline: how long to wait for the answer, `options.requestTimeout` by default.
    package func run(_ batch: [SQL], deadline: Duration? = nil) async throws(PostgresError) -> [Rows] {
        let statements = batch.map(\.statement)
        let deadline = deadline ?? options.requestTimeout
        let end = ContinuousClock.now + deadline
        var names: [String?] = []
        do {
            return try await attempt(statements, deadline: deadline, &names)
        } catch let error where error.isStalePlan && canRunAgain {
            // The schema changed under a prepared statement, or a pooler moved us to another session: prepare again.
            forget(names)
            return try await attempt(statements, deadline: max(end - .now, .milliseconds(1)), &names)
        }
    }

    /// Whether a batch that failed can be sent anew. On a shared session it was a transaction of its own, whatever is
    /// under way beside it.
    private var canRunAgain: Bool { !options.isLeased || pq?.isInTransaction == false }

    /// Only these names: of many requests that fail by the same one, the first has prepared it anew under another.
    private func forget(_ names: [String?]) {
        prepared = prepared.filter { !names.contains($0.value) }
    }

    /// - Parameter names: becomes the names of the prepared statements that were used.
    private func attempt(
        _ statements: [Statement], deadline: Duration, _ names: inout [String?]
    ) async throws(PostgresError) -> [Rows] {
        guard !Task.isCancelled else { throw PostgresError(.cancelled, "the task was cancelled before it asked") }
        let request = Request(statements.count)
        names = try send(statements, request)
        let timer = reactor.schedule(after: deadline) { [weak self] in
            self?.assumeIsolated { $0.abandon(request, PostgresError(.timedOut, "no answer within \(deadline)")) }
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { request.begin($0) }
        } onCancel: {
            reactor.submit { [weak self] in
                self?.assumeIsolated { $0.abandon(request, PostgresError(.cancelled, "the task was cancelled")) }
            }
        }
        reactor.cancel(timer)
        return try outcome.get()
    }

    /// - Returns: the names of the prepared statements, `nil` for those that have none.
    private func send(_ statements: [Statement], _ request: Request) throws(PostgresError) -> [String?] {
        guard let pq, failure == nil else {
            throw failure ?? PostgresError(.unavailable, "the connection is not open")
        }
        if let count = statements.map(\.binds.count).first(where: { $0 > Statement.maximumBinds }) {
            throw PostgresError(
                .invalidRequest,
                "a statement has \(count) values, and the protocol takes \(Statement.maximumBinds); send arrays")
        }
        guard inFlight.count < options.maximumInFlight else {
            throw PostgresError(.exhausted, "\(inFlight.count) requests are under way on this connection already")
        }
        // All names first: each new one has a Sync behind it, which must not cut this batch in two.
        let names = statements.map { options.preparesStatements ? prepare($0, on: pq) : nil }
        let sent = zip(statements, names).allSatisfy { pq.send($0, prepared: $1) }
        inFlight.append(request)
        guard sent && pq.sync() else {
            let error = PostgresError(.connectionLost, "the statement could not be sent: \(pq.message)")
            fail(error)
            throw error
        }
        flush()
        return names
    }

    /// The name of a statement in this session; sends its Parse, with a Sync of its own, when it is new.
    ///
    /// Its own Sync, because a Parse inside somebody's batch would be skipped after an error there, and the batches
    /// behind it that rely on the name would fail with it.
    private func prepare(_ statement: Statement, on pq: PQConnection) -> String? {
        let key = StatementKey(statement)
        if let name = prepared[key] { return name }
        guard prepared.count < options.maximumPrepared else { return nil }
        lastName += 1
        let name = "s\(lastName)"
        prepared[key] = name
        let request = Request(preparing: key)
        inFlight.append(request)
        guard pq.sendPrepare(name: name, statement), pq.sync() else { return nil }
        return name
    }

    /// Stops waiting for a request; its answer is read and dropped when it comes.
    private func abandon(_ request: Request, _ error: PostgresError) {
        request.finish(.failure(error))
        if options.isLeased, inFlight.contains(where: { $0 === request }) { cancelRunning() }
    }

    /// Asks the server to cancel what runs; for leased sessions only, where it can be nobody else's request.
    package func cancelRunning() {
        guard let canceller = pq?.makeCanceller() else { return }
        wasCancelled = true
        BlockingCall.run("pg-cancel") { canceller.cancel() }
    }

    // MARK: The socket

    func socketIsReady(readable: Bool, writable: Bool) {
        guard isPipelining else {
            // Level-triggered, and a hang-up is always reported: no watch until the task that this wakes waits again.
            if let watch { reactor.remove(watch) }
            watch = nil
            readiness?.resume()
            readiness = nil
            return
        }
        guard let pq, failure == nil else { return }
        if writable { flush() }
        guard readable else { return }
        guard pq.consumeInput() else {
            fail(PostgresError(.connectionLost, "the connection to the database was lost: \(pq.message)"))
            return
        }
        readResults(pq)
        while let notification = pq.nextNotification() { onNotification?(notification) }
    }

    private func readResults(_ pq: PQConnection) {
        while let request = inFlight.first, !pq.isBusy {
            guard let result = pq.nextResult() else { continue }  // the end of one statement's results
            guard !result.isCopy else {
                // libpq would give this result again and again.
                fail(PostgresError(.connectionLost, "COPY was sent as a statement; use copyIn or copyOut"))
                return
            }
            switch request.take(result) {
            case .more: break
            case .complete:
                inFlight.removeFirst()
                complete(request)
            }
        }
    }

    private func complete(_ request: Request) {
        if let key = request.preparing, let error = request.error {
            prepared[key] = nil
            request.preparationFailed(error)
            // Whoever relied on the name gets the real reason, not "prepared statement does not exist".
            for waiting in inFlight where waiting.preparing == nil { waiting.preparationFailed(error) }
            return
        }
        request.finish(request.outcome)
    }

    /// Sends what libpq has buffered, and watches for room when the socket is full.
    func flush() {
        guard let pq else { return }
        switch pq.flush() {
        case .done: watchWrites(false)
        case .wouldBlock: watchWrites(true)
        case .failed: fail(PostgresError(.connectionLost, "the connection to the database was lost: \(pq.message)"))
        }
    }

    func watchWrites(_ wanted: Bool) {
        guard wanted != isWatchingWrites, let watch else { return }
        isWatchingWrites = wanted
        reactor.update(watch, read: true, write: wanted)
    }

    /// Closes the session for a reason that everybody who waits on it gets.
    func fail(_ error: PostgresError) {
        guard failure == nil else { return }
        failure = error
        if let watch { reactor.remove(watch) }
        watch = nil
        pq = nil
        let waiting = inFlight
        inFlight.removeAll()
        for request in waiting { request.finish(.failure(error)) }
        readiness?.resume()
        readiness = nil
        options.onClose?()
    }
}

extension PostgresError {
    /// A prepared statement that this session does not have, or whose plan no longer fits (0A000 with the message of
    /// plancache.c, 26000).
    fileprivate var isStalePlan: Bool {
        guard let server else { return false }
        return server.sqlState == "26000"
            || (server.sqlState == "0A000" && server.message.hasPrefix("cached plan must not change result type"))
    }
}
