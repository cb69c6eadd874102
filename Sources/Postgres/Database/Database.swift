package import Reactor
import Synchronization

/// A PostgreSQL database as one role of it: shared sessions for single statements and batches, leased ones for
/// interactive transactions, COPY and LISTEN.
package final class Database: Sendable {
    package let reactor: Reactor
    package let configuration: DatabaseConfiguration
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
        let sharedOptions = configuration.connectionOptions(leased: false)
        // Behind a transaction pooler the setting would stay with whoever gets the session next.
        let statementLimit: SQL? =
            configuration.usesTransactionPooler
            ? nil : "select set_config('statement_timeout', \(configuration.requestTimeout.milliseconds), false)"
        shared = (0..<max(configuration.sharedConnections, 1)).map { _ in
            SharedConnection(
                options: sharedOptions, waitLimit: configuration.waitLimit, statementLimit: statementLimit,
                reactor: reactor)
        }
        leases = LeasePool(
            options: configuration.connectionOptions(leased: true), configuration: configuration, reactor: reactor)
    }

    /// Runs one statement on a shared session, as a transaction of its own.
    /// - Parameter deadline: for the whole of it, the wait for a session included.
    @discardableResult
    package func run(_ sql: SQL, deadline: Duration? = nil) async throws(PostgresError) -> Rows {
        try await run([sql], deadline: deadline)[0]
    }

    /// Runs statements on a shared session in one round trip, as one transaction: all or nothing.
    ///
    /// Send only statements with a known bound here: whoever comes behind on the session waits for them, and the server
    /// stops what takes longer than `DatabaseConfiguration.requestTimeout`.
    package func run(_ batch: [SQL], deadline: Duration? = nil) async throws(PostgresError) -> [Rows] {
        let start = ContinuousClock.now
        let index = turn.wrappingAdd(1, ordering: .relaxed).newValue % shared.count
        let connection = try await shared[abs(index)].connection(within: deadline)
        let rest = deadline.map { max($0 - (.now - start), .milliseconds(1)) }
        return try await connection.run(batch, deadline: rest)
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
        try await lease { connection in
            var opening: [SQL] = ["begin"]
            if let statementTimeout {
                opening.append("select set_config('statement_timeout', \(statementTimeout.milliseconds), true)")
            }
            if let context { opening.append(context) }
            do {
                _ = try await connection.run(opening)
                let value = try await body(connection)
                // After a statement failed, whoever caught its error, COMMIT rolls back and reports success.
                guard try await connection.run("commit").command == "COMMIT" else {
                    throw PostgresError(
                        .rolledBack, "the transaction was rolled back: a statement in it had failed before its commit")
                }
                return value
            } catch {
                // A session that cannot even roll back is not fit for the next lease; the pool will see that.
                _ = try? await connection.run("rollback")
                throw error
            }
        }
    }

    /// Closes every session; requests under way fail.
    package func close() async {
        for connection in shared { await connection.close() }
        await leases.close()
    }

    /// How many sessions are leased out, and how many tasks wait for one.
    package var load: (leased: Int, waiting: Int) {
        get async { await leases.load }
    }
}

extension Duration {
    /// Whole milliseconds, as PostgreSQL's settings take them.
    fileprivate var milliseconds: String {
        let (seconds, attoseconds) = components
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
    }
}
