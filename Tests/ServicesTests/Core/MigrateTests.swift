import Postgres
import Schema
import Services
import TestSupport
import Testing

@Suite struct MigrateTests {
    /// An empty database of the test's own.
    private func empty() async throws -> Database {
        let name = "migrate_\(UInt32.random(in: 0..<(.max)))"
        try await TestCluster.shared.createDatabase(name)
        return try await TestCluster.shared.client(name)
    }

    private func migration(_ number: Int, _ sql: String) throws -> Migration {
        try Migration(file: "000\(number)_step.sql", sql: "-- why\n\(sql)")
    }

    @Test func `the whole model goes into an empty database once`() async throws {
        let database = try await empty()
        let all = try Schema.migrations()
        let migrate = Migrate(database, migrations: all)
        #expect(try await migrate.status().pending.count == all.count)
        #expect(try await migrate.run().count == all.count)
        #expect(try await migrate.run().isEmpty)
        #expect(try await database.run(SQL(unescaped: Schema.distributableLint())).isEmpty)
    }

    @Test func `two programs that start at once apply each file once`() async throws {
        let database = try await empty()
        let steps = try [
            migration(1, "create table a (id int); select pg_sleep(0.2);"), migration(2, "create table b (id int);"),
        ]
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 { group.addTask { try await Migrate(database, migrations: steps).run().count } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == [0, 0, 2])
    }

    @Test func `an altered file is refused and named`() async throws {
        let database = try await empty()
        try await Migrate(database, migrations: [migration(1, "create table a (id int);")]).run()
        let error = await #expect(throws: MigrationError.self) {
            try await Migrate(database, migrations: [migration(1, "create table a (id text);")]).run()
        }
        #expect(error?.description.contains("0001_step.sql") == true)
    }

    @Test func `a database that is ahead is accepted`() async throws {
        let database = try await empty()
        let steps = try [migration(1, "create table a (id int);"), migration(2, "create table b (id int);")]
        try await Migrate(database, migrations: steps).run()
        let older = Migrate(database, migrations: [steps[0]])
        #expect(try await older.run().isEmpty)
        #expect(try await older.status().ahead == [2])
    }

    @Test func `a file that was slipped in before an applied one is refused`() async throws {
        let database = try await empty()
        let steps = try [migration(1, "create table a (id int);"), migration(2, "create table b (id int);")]
        try await Migrate(database, migrations: [steps[1]]).run()
        await #expect(throws: MigrationError.self) { try await Migrate(database, migrations: steps).run() }
    }

    @Test func `a file that fails leaves nothing and tells the line`() async throws {
        let database = try await empty()
        let steps = try [migration(1, "create table a (id int);\nselect no_such_column from a;")]
        let error = await #expect(throws: MigrationError.self) { try await Migrate(database, migrations: steps).run() }
        #expect(error?.description.hasPrefix("0001_step.sql, line 3:") == true)
        #expect(try await database.run("select to_regclass('a') is null").value(Bool.self) == true)
        // The session that failed does not hold the lock.
        #expect(try await Migrate(database, migrations: [migration(1, "create table a (id int);")]).run().count == 1)
    }

    @Test func `a concurrent index that was interrupted is built anew`() async throws {
        let database = try await empty()
        try await database.run("create table indexed as select 1 as id union all select 1")
        let head = "-- why\n-- heddle: no transaction\n"
        let step = try Migration(
            file: "0001_x.sql", sql: head + "create unique index concurrently indexed_id on indexed (id);")
        await #expect(throws: MigrationError.self) { try await Migrate(database, migrations: [step]).run() }
        try await database.run("truncate indexed")
        #expect(try await Migrate(database, migrations: [step]).run().count == 1)
        #expect(
            try await database.run("select indisvalid from pg_index where indexrelid = 'indexed_id'::regclass")
                .value(Bool.self) == true)
    }
}
