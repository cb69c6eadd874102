package import Postgres
package import Schema

/// Brings a database to the schema that this program knows: forward only, one file at a time, under a lock.
package struct Migrate: Sendable {
    private let database: Database
    private let migrations: [Migration]

    /// - Parameter database: as the role that owns the model; its address must not go through a transaction pooler.
    package init(_ database: Database, migrations: [Migration]) {
        self.database = database
        self.migrations = migrations
    }

    /// What a database lacks.
    package struct Status: Sendable {
        /// Files that have not been applied, in order.
        package let pending: [Migration]
        /// Numbers in the database that this program does not know: it is ahead of us, which a rolling release allows.
        package let ahead: [Int]
    }

    /// Compares the database's history with the files.
    /// - Throws: `MigrationError` when the history was altered.
    package func status() async throws -> Status {
        try await database.lease { try await status(on: $0) }
    }

    /// What happens, as it happens.
    package enum Event: Sendable {
        /// Another program migrates this database; its end is waited for.
        case waits
        /// A file is about to be applied.
        case applies(Migration)
    }

    /// Applies what is pending; a second run finds nothing to do.
    /// - Returns: the files that were applied.
    @discardableResult
    package func run(report: (Event) -> Void = { _ in }) async throws -> [Migration] {
        try await database.lease { session in
            // Two programs that start at once migrate one after the other.
            try await lock(session, report)
            do {
                let applied = try await applyPending(on: session, report: report)
                try await session.run("select pg_advisory_unlock(\(Self.lock))")
                return applied
            } catch {
                // The session goes back to the pool: it may not keep the lock. If it was lost, so was the lock.
                _ = try? await session.run("select pg_advisory_unlock(\(Self.lock))")
                throw error
            }
        }
    }

    /// "heddle" in ASCII: a number that no other program's lock has.
    private static let lock = 0x68_65_64_64_6c_65
    private static let lockLimit = Duration.seconds(600)

    /// Asks again and again: a statement that waits for the lock would keep its snapshot, and an index that the other
    /// program makes concurrently waits for the end of every older snapshot.
    private func lock(_ session: Connection, _ report: (Event) -> Void) async throws {
        let start = ContinuousClock.now
        var isFirst = true
        while try await session.run("select pg_try_advisory_lock(\(Self.lock))").value(Bool.self) != true {
            guard .now - start < Self.lockLimit else {
                throw MigrationError(
                    "another program has been migrating this database for \(Self.lockLimit), as pg_locks shows "
                        + "(locktype advisory); nothing was applied by this one")
            }
            if isFirst { report(.waits) }
            isFirst = false
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func applyPending(on session: Connection, report: (Event) -> Void) async throws -> [Migration] {
        try await prepareHistory(session)
        let pending = try await status(on: session).pending
        if !pending.isEmpty { try await requireOwner(session) }
        for migration in pending {
            report(.applies(migration))
            if let index = migration.concurrentIndex {
                try await apply(migration, index, on: session)
            } else {
                try await apply(migration, on: session)
            }
        }
        return pending
    }

    // MARK: Steps

    private func prepareHistory(_ session: Connection) async throws {
        try await session.runScript(
            """
            create schema if not exists core;
            create table if not exists core.migrations (
                number      integer primary key,
                file        text not null,
                checksum    text not null,
                finished_at timestamptz,
                started_at  timestamptz not null default now()
            );
            comment on table core.migrations is
                'Which files of db/migrations this database has, with the checksum of each when it was applied.';
            """)
    }

    /// That functions are kept from everybody unless they are granted holds for what one role makes, the one that
    /// applied the first file: what another one made would be open.
    private func requireOwner(_ session: Connection) async throws {
        let owner = try await session.run(
            """
            select pg_get_userbyid(n.nspowner), current_user::text
              from pg_namespace n where n.nspname = 'core' and n.nspowner <> current_user::regrole
            """
        ).first(String.self, String.self)
        guard let (owner, user) = owner else { return }
        throw MigrationError("the model belongs to \(owner), and \(user) cannot go on with it; log in as \(owner)")
    }

    private func status(on session: Connection) async throws -> Status {
        let exists = try await session.run("select to_regclass('core.migrations') is not null").value(Bool.self)
        guard exists == true else { return Status(pending: migrations, ahead: []) }
        let history = try await session.run(
            "select number, file, checksum, finished_at is not null from core.migrations order by number"
        ).decode(Int.self, String.self, String.self, Bool.self)
        var applied: Set<Int> = []
        for (number, file, checksum, finished) in history {
            guard finished else { continue }
            applied.insert(number)
            guard let known = migrations.first(where: { $0.number == number }) else { continue }
            guard known.checksum == checksum else {
                throw MigrationError(
                    "the database was migrated with another \(file) than this program has; a migration never changes "
                        + "once it is applied: restore the file, and put the change into a new one")
            }
        }
        let pending = migrations.filter { !applied.contains($0.number) }
        if let first = pending.first, let last = applied.intersection(migrations.map(\.number)).max(),
            first.number < last
        {
            throw MigrationError(
                "the database has migration \(last) but not \(first.file) before it; its history was altered")
        }
        return Status(pending: pending, ahead: applied.subtracting(migrations.map(\.number)).sorted())
    }

    private func apply(_ migration: Migration, on session: Connection) async throws {
        do {
            try await session.runScript("begin;\n\(unescaped: migration.sql)\n;")
            try await session.run(Self.record(migration, isFinished: true))
        } catch {
            try? await session.runScript("rollback")  // the error below is the one to tell
            // The script that was sent has "begin;" on a line of its own in front.
            let place = describe(error, in: migration, sent: "begin;\n\(migration.sql)", linesBefore: 1)
            throw MigrationError("\(place); nothing of this file was applied")
        }
        do {
            try await session.run("commit")
        } catch {
            try? await session.runScript("rollback")  // as above
            let place = describe(error, in: migration, sent: "", linesBefore: 0)
            throw MigrationError(
                error.outcomeIsUnknown
                    ? "\(place); whether this file was applied is not known, the next run will see"
                    : "\(place); nothing of this file was applied")
        }
    }

    static func record(_ migration: Migration, isFinished: Bool) -> SQL {
        """
        insert into core.migrations (number, file, checksum, finished_at)
        values (\(migration.number), \(migration.file), \(migration.checksum),
                case when \(isFinished) then now() end)
        on conflict (number) do update
           set file = excluded.file, checksum = excluded.checksum, finished_at = excluded.finished_at
        """
    }

    func describe(_ error: PostgresError, in migration: Migration, sent: String, linesBefore: Int) -> String {
        var place = migration.file
        if let position = error.server?.position {
            let line = 1 + sent.prefix(position).count { $0 == "\n" } - linesBefore
            place += ", line \(max(line, 1))"
        }
        return "\(place): \(String(reflecting: error))"
    }
}

/// Why a database could not be migrated.
package struct MigrationError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
