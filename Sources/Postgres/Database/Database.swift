package import Reactor
import Synchronization

/// A PostgreSQL database as one role of it: shared sessions for single statements and batches, leased ones for
/// interactive transactions, COPY and LISTEN.
package final class Database: Sendable {
    package let reactor: Reactor
    package let configuration: DatabaseConfiguration
    private let places: [Place]
    private let shared: [SharedConnection]
    private let leases: LeasePool
    private let turn = Atomic<Int>(0)

    /// Opens nothing yet: sessions are made when they are needed.
    /// - Throws: `PostgresError` with code `configuration` when the address is wrong or not safe.
    package init(_ configuration: DatabaseConfiguration, reactor: Reactor) throws(PostgresError) {
        let target = try ConnectionTarget(address: configuration.address)
        try target.requireSafety(allowsInsecure: configuration.allowsInsecure)
        self.configuration = configuration
        self.reactor = reactor
        places = target.places
        let sharedOptions = configuration.connectionOptions(leased: false, places: places)
        // Behind a transaction pooler the setting would stay with whoever gets the session next: there each batch
        // brings its own, see `serverLimit`.
        let statementLimit: SQL? =
            configuration.usesTransactionPooler
            ? nil : "select set_config('statement_timeout', \(configuration.requestTimeout.milliseconds), false)"
        shared = (0..<max(configuration.sharedConnections, 1)).map { _ in
            SharedConnection(
                options: sharedOptions, waitLimit: configuration.waitLimit, statementLimit: statementLimit,
                reactor: reactor)
        }
        leases = LeasePool(
            options: configuration.connectionOptions(leased: true, places: places), configuration: configuration,
            reactor: reactor)
    }

    /// How a session is opened that one task has for itself.
    var leasedOptions: ConnectionOptions { configuration.connectionOptions(leased: true, places: places) }

    /// Runs one statement on a shared session, as a transaction of its own.
    /// - Parameter deadline: for the whole of it, the wait for a session included.
    @discardableResult
    package func run(_ sql: SQL, deadline: Duration? = nil) async throws(PostgresError) -> Rows {
        try await run([sql], deadline: deadline)[0]
    }

    /// Runs statements on a shared session in one round trip, as one transaction: all or nothing.
    ///
    /// Whoever comes behind on the session waits for them. So the server stops a statement that takes longer than the
    /// deadline, or than `DatabaseConfiguration.requestTimeout` where there is none, and the error says that nothing
    /// was done. What asks for more time than that gets a session of its own.
    package func run(_ batch: [SQL], deadline: Duration? = nil) async throws(PostgresError) -> [Rows] {
        if let deadline, deadline > configuration.requestTimeout {
            return try await runAlone(batch, deadline: deadline)
        }
        let start = ContinuousClock.now
        let index = turn.wrappingAdd(1, ordering: .relaxed).newValue % shared.count
        let connection = try await shared[abs(index)].connection(within: deadline)
        let rest = deadline.map { max($0 - (.now - start), .milliseconds(1)) }
        do {
            guard let limit = serverLimit(rest) else { return try await connection.run(batch, deadline: rest) }
            return Array(try await connection.run([limit] + batch, deadline: rest).dropFirst())
        } catch {
            throw error.asTimeout
        }
    }

    /// Makes the server stop each statement of a batch, when that is to be at another time than the session's: the
    /// setting ends with the batch's transaction. A little before the deadline, so that the answer, by which nothing
    /// was done, is there when we would give up.
    private func serverLimit(_ deadline: Duration?) -> SQL? {
        guard deadline != nil || configuration.usesTransactionPooler else { return nil }
        let deadline = deadline ?? configuration.requestTimeout
        let limit = max(deadline - min(deadline / 10, .milliseconds(100)), .milliseconds(1))
        return "select set_config('statement_timeout', \(limit.milliseconds), true)"
    }

    private func runAlone(_ batch: [SQL], deadline: Duration) async throws(PostgresError) -> [Rows] {
        let connection = try await leases.take()
        do {
            let rows = try await connection.run(batch, deadline: deadline)
            await leases.release(connection)
            return rows
        } catch {
            await leases.release(connection)
            throw error
        }
    }

    /// Leases a session for as long as the closure runs.
    @discardableResult
    package func lease<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let connection = try await leases.take()
        do {
            let value = try await body(connection)
            await leases.release(connection)
            return value
        } catch {
            await leases.release(connection)
            throw error
        }
    }

    /// Runs an interactive transaction on a leased session: committed when the closure returns, rolled back when it
    /// throws.
    /// - Parameters:
    ///   - context: runs first inside the transaction; the place for settings that row policies read.
    ///   - statementTimeout: the server cancels a statement that takes longer.
    /// - Throws: what the closure throws; `PostgresError` with `outcomeIsUnknown` when the answer to COMMIT was lost,
    ///   with code `rolledBack` when a statement had failed and the closure returned all the same.
    @discardableResult
    package func transaction<Value>(
        context: SQL? = nil,
        statementTimeout: Duration? = nil,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await transaction(opening: context.map { [$0] } ?? [], statementTimeout: statementTimeout) { session, _ in
            (try await body(session), [])
        }
    }

    /// The same with statements that travel with BEGIN and with COMMIT, and so take no round trip of their own.
    /// - Parameters:
    ///   - opening: run first inside the transaction.
    ///   - body: gets what they answered; it returns the last statements beside its value.
    @discardableResult
    package func transaction<Value>(
        opening: [SQL],
        statementTimeout: Duration? = nil,
        _ body: (Connection, [Rows]) async throws -> (value: Value, closing: [SQL])
    ) async throws -> Value {
        try await lease { connection in
            var first: [SQL] = ["begin"]
            if let statementTimeout {
                first.append("select set_config('statement_timeout', \(statementTimeout.milliseconds), true)")
            }
            do {
                let answers = try await connection.run(first + opening)
                let (value, closing) = try await body(connection, Array(answers.suffix(opening.count)))
                // After a statement failed, whoever caught its error, COMMIT rolls back and reports success.
                guard try await connection.run(closing + ["commit"]).last?.command == "COMMIT" else {
                    throw PostgresError(
                        .rolledBack, "the transaction was rolled back: a statement in it had failed before its commit")
                }
                return value
            } catch {
                // A session that cannot even roll back is not fit for the next lease; the pool will see that. One that
                // was told to cancel is closed anyway, and the server rolls back when it is.
                if await !connection.wasCancelled {
                    _ = try? await connection.run("rollback", deadline: Self.rollbackLimit)
                }
                throw error
            }
        }
    }

    /// What a rollback may take beyond the time that its transaction has lost already.
    private static let rollbackLimit = Duration.seconds(1)

    /// Closes the sessions, for good: requests under way on shared ones and requests that come later fail. A leased
    /// session ends when it is given back.
    package func close() async {
        for connection in shared { await connection.close() }
        await leases.close()
    }

    /// How many sessions are leased out, and how many tasks wait for one.
    package var load: (leased: Int, waiting: Int) {
        get async { await leases.load }
    }

    /// Whether the first shared session is being opened, and how many tasks wait for that.
    var connecting: (isUnderWay: Bool, waiting: Int) {
        get async { (await shared[0].isConnecting, await shared[0].waiting) }
    }
}

extension Duration {
    /// Whole milliseconds, as PostgreSQL's settings take them.
    fileprivate var milliseconds: String {
        let (seconds, attoseconds) = components
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
    }
}
