package import Logging
package import Postgres
import Services

/// Clears away what is over: hang-ups that no edge took within a minute or two, reservations and quarantines of numbers
/// every few minutes, sessions and queues every hour, what is past its retention every day.
package struct HouseKeeper: Sendable {
    private let database: Database
    private let logger: Logger

    private static let halfMinute = Duration.seconds(30)
    private static let minutes = Duration.seconds(300)
    private static let hour = Duration.seconds(3600)
    private static let day = Duration.seconds(24 * 3600)
    /// Longer than a request may take, so that it has a session of its own and no call waits behind it.
    private static let limit = Duration.seconds(120)
    /// Rows that go in one transaction.
    private static let batch = 5000
    /// What is left after so many batches waits for the next time.
    private static let batches = 1000

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Works until the task is cancelled. Each part goes on when another one fails.
    package func run() async {
        async let hangUps: Void = Rounds(pause: Self.halfMinute, logger: logger)
            .run("hang-ups that no edge took could not be given up") { try await giveUpHangUps() }
        async let numbers: Void = Rounds(pause: Self.minutes, logger: logger)
            .run("reserved or resting numbers could not be freed") { try await freeNumbers() }
        async let sessions: Void = Rounds(pause: Self.hour, logger: logger)
            .run("expired sessions could not be deleted") { try await endSessions() }
        async let queues: Void = Rounds(pause: Self.hour, logger: logger)
            .run("the queues could not be purged") { try await purgeQueues() }
        await Rounds(pause: Self.day, logger: logger)
            .run("retention could not be applied") { try await retain() }
        _ = await (hangUps, numbers, sessions, queues)
    }

    /// Gives up hang-ups whose edge is gone.
    package func giveUpHangUps() async throws {
        let given = try await GiveUpHangUps(database)()
        if given > 0 { logger.warning("\(given) hang-ups were given up: the edge of the call took none of them") }
    }

    /// Makes numbers available that were reserved, or had to rest, for a time that is over.
    package func freeNumbers() async throws {
        let ended =
            try await database.run("select numbers.expire_reservations()", deadline: Self.limit).value(Int.self) ?? 0
        if ended > 0 { logger.info("\(ended) reservations of numbers expired") }
        let rested =
            try await database.run("select numbers.end_quarantines()", deadline: Self.limit).value(Int.self) ?? 0
        if rested > 0 { logger.info("\(rested) numbers have rested and are available") }
    }

    /// Deletes sessions and one-time tokens that ended long ago.
    package func endSessions() async throws {
        let ended =
            try await database.run("select auth.cleanup_expired_sessions()", deadline: Self.limit)
            .value(Int.self) ?? 0
        if ended > 0 { logger.info("deleted \(ended) sessions and tokens that ended") }
    }

    /// Deletes jobs, events and keys that are done with.
    package func purgeQueues() async throws {
        for _ in 0..<Self.batches {
            let purged = try await database.run(
                "select name, deleted from queue.purge(p_limit => \(Self.batch)::integer)", deadline: Self.limit
            ).decode(String.self, Int.self)
            for (name, rows) in purged where rows > 0 { logger.info("deleted \(rows) rows of queue.\(name)") }
            if purged.allSatisfy({ $0.1 < Self.batch }) { return }
        }
    }

    /// Drops months and deletes rows that nobody has to keep any more.
    package func retain() async throws {
        try await dropArchived()
        try await dropMonths()
        for _ in 0..<Self.batches {
            let gone = try await deleteRows()
            for (name, rows) in gone { logger.info("deleted \(rows) rows of \(name) that are past their retention") }
            if gone.isEmpty { return }
        }
    }

    /// Months that are in files of the archive, whose time in the database is over. What stays is told with the reason:
    /// the file may be on another machine, or a call not on an invoice yet.
    private func dropArchived() async throws {
        for record in try await ListArchives(database)()
        where record.isDue && (record.isInDatabase || record.hasLateRows) {
            do {
                guard try await DropArchived(database)(record) else { continue }
                logger.info("dropped \(record.table) of \(record.month), which is in \(record.path)")
            } catch let failure as ArchiveFailure {
                logger.info("archived month: \(failure)")
            }
        }
    }

    private func dropMonths() async throws {
        let due = try await database.run(
            "select partition::text from core.due_partitions()", deadline: Self.limit
        ).decode(String.self)
        for month in due {
            do {
                guard try await drop(month) else { continue }
                logger.info("dropped \(month): nobody has to keep it any more")
            } catch let error as PostgresError where error.sqlState == Self.lockNotAvailable {
                logger.info("\(month) stays until the next round: its table is in use")
            }
        }
    }

    private static let lockNotAvailable = "55P03"

    /// Each month in a transaction of its own, which holds its table no longer than the drop takes, and gives up when
    /// the table is not free at once: calls would wait behind us for it.
    private func drop(_ month: String) async throws -> Bool {
        try await alone { session in
            try await session.run("select core.drop_due_partition(\(month))", deadline: Self.limit)
                .value(Bool.self)
        } ?? false
    }

    private func deleteRows() async throws -> [(String, Int)] {
        try await alone { session in
            try await session.run(
                "select name, deleted from core.apply_retention(\(Self.batch)::integer)", deadline: Self.limit
            ).decode(String.self, Int.self)
        } ?? []
    }

    /// One worker at a time; nil where another one is at it.
    private func alone<Answer>(_ work: (Connection) async throws -> Answer?) async throws -> Answer? {
        try await database.transaction(context: "select set_config('lock_timeout', '2s', true)") { session in
            let lock: SQL = "select pg_try_advisory_xact_lock(hashtextextended('core.apply_retention', 0))"
            guard try await session.run(lock).value(Bool.self) == true else { return nil }
            return try await work(session)
        }
    }
}
