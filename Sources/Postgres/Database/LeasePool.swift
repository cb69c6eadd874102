import DequeModule
import Reactor
import Synchronization

/// Sessions for one task at a time, with a bound on sessions, on waiters and on the wait.
actor LeasePool {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe reactor.asUnownedSerialExecutor() }

    private let options: ConnectionOptions
    private let configuration: DatabaseConfiguration
    private var idle: [Connection] = []
    private var leased = 0
    private var waiters = Deque<Waiter>()
    private var isClosed = false

    init(options: ConnectionOptions, configuration: DatabaseConfiguration, reactor: Reactor) {
        self.options = options
        self.configuration = configuration
        self.reactor = reactor
    }

    /// Takes a session; give it back with `release`, also after an error.
    func take() async throws(PostgresError) -> Connection {
        try await takeSlot()
        do {
            while let connection = idle.popLast() {
                if await connection.isClean { return connection }
            }
            return try await open()
        } catch {
            freeSlot()
            throw error
        }
    }

    /// Gives a session back: it is kept when it is fit for the next, closed otherwise.
    func release(_ connection: Connection) async {
        if await connection.isClean && !isClosed {
            idle.append(connection)
        } else {
            await connection.close()
        }
        freeSlot()
    }

    func close() async {
        isClosed = true
        let sessions = idle
        idle.removeAll()
        for waiter in waiters { waiter.answer(.failure(.closedClient)) }
        waiters.removeAll()
        for connection in sessions { await connection.close() }
    }

    /// How many sessions are leased out, and how many tasks wait.
    var load: (leased: Int, waiting: Int) { (leased, waiters.count) }

    private func open() async throws(PostgresError) -> Connection {
        let deadline = ContinuousClock.now + configuration.waitLimit
        while true {
            let connection = Connection(options: options, reactor: reactor)
            do {
                try await connection.connect()
                return connection
            } catch {
                let pause = Duration.milliseconds(200)
                guard error.mayPass, ContinuousClock.now + pause < deadline, !Task.isCancelled else { throw error }
                try? await Task.sleep(for: pause)  // a cancelled sleep ends at the check above
            }
        }
    }

    private func takeSlot() async throws(PostgresError) {
        let waiter = Waiter()
        let timer = reactor.schedule(after: configuration.waitLimit) { [weak self] in
            let error = PostgresError(.exhausted, "no database session came free in time")
            self?.assumeIsolated { $0.giveUp(waiter, error) }
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.continuation = continuation
                enqueue(waiter)
            }
        } onCancel: {
            reactor.submit { [weak self] in self?.assumeIsolated { $0.giveUp(waiter, Self.cancelled) } }
        }
        reactor.cancel(timer)
        try outcome.get()
    }

    private static let cancelled = PostgresError(.cancelled, "the task was cancelled while it waited for a session")

    private func enqueue(_ waiter: Waiter) {
        if isClosed {
            waiter.answer(.failure(.closedClient))
        } else if Task.isCancelled {
            waiter.answer(.failure(Self.cancelled))  // it came before there was anything to give up
        } else if leased < configuration.maximumLeases {
            leased += 1
            waiter.answer(.success(()))
        } else if waiters.count < configuration.maximumWaiters {
            waiters.append(waiter)
        } else {
            waiter.answer(
                .failure(PostgresError(.exhausted, "\(waiters.count) tasks wait for a database session already")))
        }
    }

    private func giveUp(_ waiter: Waiter, _ error: PostgresError) {
        guard let index = waiters.firstIndex(where: { $0 === waiter }) else { return }
        waiters.remove(at: index)
        waiter.answer(.failure(error))
    }

    private func freeSlot() {
        if let next = waiters.popFirst() {
            next.answer(.success(()))
        } else {
            leased -= 1
        }
    }
}

/// A task that waits for a lease; touched on the reactor's thread only.
private final class Waiter: Sendable {
    typealias Outcome = Result<Void, PostgresError>

    private let state = Mutex<CheckedContinuation<Outcome, Never>?>(nil)

    var continuation: CheckedContinuation<Outcome, Never>? {
        get { state.withLock(\.self) }
        set { state.withLock { $0 = newValue } }
    }

    func answer(_ outcome: Outcome) {
        let continuation = state.withLock { state in
            defer { state = nil }
            return state
        }
        continuation?.resume(returning: outcome)
    }
}
