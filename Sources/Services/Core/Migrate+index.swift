import Postgres
import Schema

extension Migrate {
    /// Makes or drops an index while its table is in use, outside a transaction.
    ///
    /// The history says that it was begun before it is, so that a run which is killed anywhere in it is resumed by the
    /// next one: what was made and is valid is kept, what is invalid is made anew.
    func apply(_ migration: Migration, _ index: ConcurrentIndex, on session: Connection) async throws {
        do {
            let wasBegun =
                try await session.run(
                    "select true from core.migrations where number = \(migration.number) and finished_at is null"
                ).value(Bool.self) ?? false
            try await session.run(Self.record(migration, isFinished: false))
            let wasDone = wasBegun ? try await isDone(index, on: session) : false
            if !wasDone {
                try await session.runScript(SQL(unescaped: migration.sql))
            }
            try await session.run(Self.record(migration, isFinished: true))
        } catch let error as PostgresError {
            throw MigrationError(
                describe(error, in: migration, sent: migration.sql, linesBefore: 0)
                    + "; what it has left behind is resumed by the next run")
        }
    }

    /// Whether an earlier run came to its end; the half of an index that it may have left is dropped.
    private func isDone(_ index: ConcurrentIndex, on session: Connection) async throws -> Bool {
        switch index {
        case .drop(let name):
            return try await session.run("select to_regclass(\(name)) is null").value(Bool.self) == true
        case .create(let name, let table):
            let found = try await session.run(
                """
                select c.oid::regclass::text, i.indisvalid
                  from pg_index i
                  join pg_class c on c.oid = i.indexrelid
                 where i.indrelid = to_regclass(\(table)) and c.relname = \(name)
                """
            ).first(String.self, Bool.self)
            guard let (quoted, isValid) = found else { return false }
            if !isValid { try await session.runScript("drop index concurrently \(unescaped: quoted)") }
            return isValid
        }
    }
}
