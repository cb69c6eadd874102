package import Foundation
package import Postgres

/// Where reports and exports are read: a streaming replica that keeps up, where there is one, else the primary.
///
/// What is reported is as new as the moment when it was asked for: the replica is given a while to get there. If it
/// does not, what it lacks must be younger than the limit, and how far it is behind is told with the report
/// (docs/decisions/0027-reports-from-a-replica.md).
package struct ReportSource: Sendable {
    /// What whoever asks wants.
    package enum Choice: Sendable {
        /// The replica, and the primary where the replica is not fit.
        case automatic
        case primary
        case replica
    }

    /// Where a report was read.
    package struct Origin: Sendable, Hashable {
        package let isReplica: Bool
        /// How much older than the question the answer may be, in seconds; 0 for what is up to date.
        package let lagSeconds: Double
    }

    private let primary: Database
    private let replica: Database?
    private let choice: Choice
    private let maximumLag: Duration
    private let notice: @Sendable (String) -> Void

    private let patience: Duration

    private static let pause = Duration.milliseconds(20)
    /// For each statement of a report: one of a long span may take its time.
    static let limit = Duration.seconds(600)

    /// - Parameters:
    ///   - primary: as the engine.
    ///   - replica: as a role that row policies bind, best `heddle_report`.
    ///   - patience: how long a replica is waited for that lacks what the primary had when it was asked.
    ///   - notice: hears why a report is read from the primary although there is a replica.
    package init(
        _ primary: Database, replica: Database? = nil, choice: Choice = .automatic,
        maximumLag: Duration = .seconds(60), patience: Duration = .seconds(5),
        notice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.primary = primary
        self.replica = replica
        self.choice = choice
        self.maximumLag = maximumLag
        self.patience = patience
        self.notice = notice
    }

    /// Reads in one transaction, for the staff of one tenant.
    /// - Parameters:
    ///   - body: may run twice, when the replica breaks off what it has begun.
    package func read<Value>(
        for tenant: UUID, _ body: (Connection) async throws -> Value
    ) async throws -> (value: Value, origin: Origin) {
        guard choice != .primary else { return (try await read(primary, tenant, body), Self.onPrimary) }
        guard let replica else {
            guard choice != .replica else { throw Unfit("REPORT_DATABASE_URL names none") }
            return (try await read(primary, tenant, body), Self.onPrimary)
        }
        let position = try await primary.run("select pg_current_wal_lsn()::text").value(String.self) ?? "0/0"
        do {
            let lag = try await follow(replica, to: position)
            return (try await read(replica, tenant, body), Origin(isReplica: true, lagSeconds: lag))
        } catch {
            guard let reason = Self.reason(of: error) else { throw error }
            if choice == .replica { throw reason }
            notice("read from the primary, \(reason)")
            return (try await read(primary, tenant, body), Self.onPrimary)
        }
    }

    private static let onPrimary = Origin(isReplica: false, lagSeconds: 0)

    private func read<Value>(
        _ database: Database, _ tenant: UUID, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await database.transaction(
            context: "select core.set_context(\(tenant), 'tenant', null, null)", statementTimeout: Self.limit,
            body)
    }

    /// Waits until the replica has what the primary has written up to a position of its log.
    /// - Returns: how far it is behind, in seconds.
    private func follow(_ replica: Database, to position: String) async throws -> Double {
        let end = ContinuousClock.now + min(maximumLag, patience)
        while true {
            let state = try await replica.run(
                """
                select pg_is_in_recovery(), coalesce(pg_last_wal_replay_lsn() >= \(position)::pg_lsn, false),
                       extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8
                """
            ).decode(Bool.self, Bool.self, Double?.self)
            guard let (isReplica, isThere, age) = state.first, isReplica else {
                throw Unfit("the server that REPORT_DATABASE_URL names is no replica")
            }
            if isThere { return 0 }
            if ContinuousClock.now >= end { return try accepted(age) }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// - Parameter age: of the last transaction that the replica has; nil where it has none since its start.
    private func accepted(_ age: Double?) throws -> Double {
        let limit = maximumLag.components.seconds
        guard let age else { throw Unfit("the replica has replayed nothing since it was started") }
        guard age <= Double(limit) else {
            throw Unfit("the replica is \(Int(age.rounded(.up))) s behind, at most \(limit) s are allowed")
        }
        return max(age, 0)
    }

    /// Why the replica is not fit, or nil where something else is wrong.
    private static func reason(of error: any Error) -> Unfit? {
        switch error {
        case let error as Unfit: return error
        case let error as PostgresError:
            // A standby ends a query whose rows it is about to lose (SQLSTATE 40001, 40P01).
            if let state = error.sqlState, ["40001", "40P01"].contains(state) {
                return Unfit("the replica broke the query off to go on following: \(error)")
            }
            switch error.code {
            case .unavailable, .connectionLost, .exhausted: return Unfit("the replica cannot be reached: \(error)")
            default: return nil
            }
        default: return nil
        }
    }

    /// Why a report cannot be read from the replica.
    package struct Unfit: Error, Sendable, CustomStringConvertible {
        private let reason: String
        init(_ reason: String) { self.reason = reason }

        package var description: String { reason }
    }
}
