import Reactor

/// A session that all tasks share, opened when first needed and again after it was lost.
actor SharedConnection {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe reactor.asUnownedSerialExecutor() }

    private let options: ConnectionOptions
    private let waitLimit: Duration
    /// Makes the server stop a statement that nobody waits for any more; `nil` leaves it to the server's settings.
    private let statementLimit: SQL?
    private var current: Connection?
    private(set) var isConnecting = false
    private var isClosed = false
    /// Who waits for the task that connects, by number.
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiter = 0

    /// Pauses between attempts: short first, for a server that restarts, then half a second.
    private static let backOff: [Duration] = [.milliseconds(10), .milliseconds(50), .milliseconds(200)]
    private static let longestBackOff = Duration.milliseconds(500)
    private static let leastForConnecting = Duration.seconds(1)

    init(options: ConnectionOptions, waitLimit: Duration, statementLimit: SQL?, reactor: Reactor) {
        self.options = options
        self.waitLimit = waitLimit
        self.statementLimit = statementLimit
        self.reactor = reactor
    }

    /// The session, when it is open; otherwise waits for it, at most `limit`; whoever opens it may take a second.
    func connection(within limit: Duration?) async throws(PostgresError) -> Connection {
        let deadline = ContinuousClock.now + (limit ?? waitLimit)
        while true {
            guard !isClosed else { throw .closedClient }
            guard !Task.isCancelled else { throw PostgresError(.cancelled, "the task was cancelled before it asked") }
            if let current, await current.isOpen { return current }
            if isConnecting {
                try await waitForConnect(until: deadline)
            } else {
                isConnecting = true  // before any await: exactly one task connects
                try await connect(until: deadline)
            }
        }
    }

    /// Whoever waits, or comes later, is told so.
    func close() async {
        isClosed = true
        wakeAll()
        let session = current
        current = nil
        await session?.close()
    }

    /// One task connects for all: when it gives up or is cancelled, the next takes over.
    private func connect(until deadline: ContinuousClock.Instant) async throws(PostgresError) {
        defer {
            isConnecting = false
            wakeAll()
        }
        var attempt = 0
        while true {
            let connection = Connection(options: options, reactor: reactor)
            do {
                // A try shorter than it takes to connect would never succeed, whoever came next.
                let limit = max(deadline - .now, Self.leastForConnecting)
                try await connection.connect(within: limit)
                if let statementLimit { try await connection.run(statementLimit, deadline: limit) }
                if isClosed { await connection.close() } else { current = connection }
                return
            } catch {
                let pause = attempt < Self.backOff.count ? Self.backOff[attempt] : Self.longestBackOff
                attempt += 1
                guard error.mayPass, ContinuousClock.now + pause < deadline, !Task.isCancelled, !isClosed else {
                    throw error
                }
                try? await Task.sleep(for: pause)  // a cancelled sleep ends at the check above
            }
        }
    }

    private func waitForConnect(until deadline: ContinuousClock.Instant) async throws(PostgresError) {
        guard ContinuousClock.now < deadline else {
            throw PostgresError(.unavailable, "the database is away")
        }
        lastWaiter += 1
        let number = lastWaiter
        // The connecting task wakes everybody; the timer bounds the wait of those with an earlier deadline.
        let timer = reactor.schedule(after: deadline - .now) { [weak self] in
            self?.assumeIsolated { $0.wake(number) }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Asked again here: the await may have let the connecting task finish first.
                guard isConnecting, !isClosed, !Task.isCancelled else { return continuation.resume() }
                waiters[number] = continuation
            }
        } onCancel: {
            reactor.submit { [weak self] in self?.assumeIsolated { $0.wake(number) } }
        }
        reactor.cancel(timer)
    }

    /// How many tasks wait for the one that connects.
    var waiting: Int { waiters.count }

    private func wake(_ number: Int) { waiters.removeValue(forKey: number)?.resume() }

    private func wakeAll() {
        let woken = waiters.values
        waiters.removeAll()
        for waiter in woken { waiter.resume() }
    }
}

extension PostgresError {
    /// `Database.close` was called before.
    static let closedClient = PostgresError(.unavailable, "the client of the database was closed")
}
