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

    /// A cluster of its own, because roles belong to the cluster.
    @Test func `roles that were made beforehand get their connection limit, and keep one that they have`() async throws
    {
        let cluster = try await TestCluster.start(name: "roles")
        let admin = try cluster.client()
        try await admin.lease {
            try await $0.runScript(
                "create role heddle_app login; create role heddle_engine login bypassrls connection limit 7")
        }
        try await Migrate(admin, migrations: Schema.migrations()).run()
        let limits = try await admin.run(
            "select rolname || ' ' || rolconnlimit from pg_roles where rolname like 'heddle!_%' escape '!' order by 1"
        ).values(String.self)
        #expect(
            limits.filter { !$0.hasPrefix("heddle_owner") } == ["heddle_app 40", "heddle_engine 7", "heddle_report 10"])
        await admin.close()
        await cluster.discard()
    }

    /// A cluster of its own, because roles belong to the cluster.
    @Test func `only the role that began goes on, and neither public nor the API has a place beside the tables`()
        async throws
    {
        let cluster = try await TestCluster.start(name: "owner")
        let admin = try cluster.client()
        let all = try Schema.migrations()
        try await admin.lease {
            try await $0.runScript("create role other superuser login")
        }
        try await Migrate(admin, migrations: all.dropLast()).run()
        let other = try cluster.client(role: "other")
        let error = await #expect(throws: MigrationError.self) { try await Migrate(other, migrations: all).run() }
        #expect(
            error?.description == "the model belongs to heddle_owner, and other cannot go on with it; log in as "
                + "heddle_owner")
        #expect(try await Migrate(admin, migrations: all).run().count == 1)
        #expect(try await Migrate(other, migrations: all).run().isEmpty)

        let app = try cluster.client(role: "heddle_app")
        for statement: SQL in [
            "create temporary table x (a int)", "select lo_from_bytea(0, 'x')", "select lo_create(0)",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await app.run(statement) }
            #expect(error?.sqlState == "42501")
        }
        // The engine copies call records into one.
        try await cluster.client(role: "heddle_engine").run("create temporary table x (a int)")
        await cluster.discard()
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

    private func index(_ number: Int, _ sql: String) throws -> Migration {
        try Migration(file: "000\(number)_index.sql", sql: "-- why\n-- heddle: no transaction\n\(sql)")
    }

    /// The states of the indexes called `indexed_id`, by schema.
    private func validity(_ database: Database) async throws -> [String] {
        try await database.run(
            """
            select c.relnamespace::regnamespace || ' ' || i.indisvalid
              from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname like 'indexed_id%' order by 1
            """
        ).values(String.self)
    }

    @Test func `a concurrent index that failed is built anew, and its namesakes are left alone`() async throws {
        let database = try await empty()
        for schema in ["one", "two"] {
            try await database.run("create schema \(unescaped: schema)")
            try await database.run(
                "create table \(unescaped: schema).indexed as select 1 as id union all select 1")
        }
        let fails = try index(1, "create unique index concurrently indexed_id on one.indexed (id);")
        let error = await #expect(throws: MigrationError.self) {
            try await Migrate(database, migrations: [fails]).run()
        }
        #expect(error?.description.hasPrefix("0001_index.sql") == true)
        #expect(error?.description.contains("nothing of this file was applied") == false)
        #expect(try await validity(database) == ["one false"])
        // Another one that is invalid, and none of ours.
        await #expect(throws: PostgresError.self) {
            try await database.lease {
                try await $0.runScript("create unique index concurrently indexed_id on two.indexed (id)")
            }
        }
        try await database.run("truncate one.indexed")
        #expect(try await Migrate(database, migrations: [fails]).run().count == 1)
        #expect(try await validity(database) == ["one true", "two false"])
        #expect(try await Migrate(database, migrations: [fails]).run().isEmpty)
    }

    @Test func `who was killed between an index and its record is resumed`() async throws {
        let database = try await empty()
        try await database.run("create table indexed as select 1 as id")
        let steps = try [
            migration(1, "select 1;"), index(2, "create index concurrently indexed_id on indexed (id);"),
        ]
        try await Migrate(database, migrations: [steps[0]]).run()
        try await database.run(
            "insert into core.migrations (number, file, checksum) values (2, 'x', \(steps[1].checksum))")
        try await database.run("create index indexed_id on indexed (id)")
        #expect(try await Migrate(database, migrations: steps).status().pending.map(\.number) == [2])
        #expect(try await Migrate(database, migrations: steps).run().map(\.number) == [2])
        #expect(try await Migrate(database, migrations: steps).run().isEmpty)
        #expect(try await validity(database) == ["public true"])
        #expect(
            try await database.run("select file from core.migrations where number = 2 and finished_at is not null")
                .value(String.self) == "0002_index.sql")
    }

    @Test func `an index of that name that nobody began is an error`() async throws {
        let database = try await empty()
        try await database.run("create table indexed as select 1 as id, 2 as other")
        try await database.run("create index indexed_id on indexed (other)")
        let steps = try [index(1, "create index concurrently indexed_id on indexed (id);")]
        await #expect(throws: MigrationError.self) { try await Migrate(database, migrations: steps).run() }
    }

    @Test func `who was killed between dropping an index and its record is resumed`() async throws {
        let database = try await empty()
        try await database.run("create table indexed as select 1 as id")
        try await database.run("create index indexed_id on indexed (id)")
        let step = try index(1, "-- heddle: contract 2.0\ndrop index concurrently indexed_id;")
        try await Migrate(database, migrations: [step]).run()
        #expect(try await validity(database) == [])
        try await database.run("update core.migrations set finished_at = null")
        #expect(try await Migrate(database, migrations: [step]).run().count == 1)
    }

    /// Who waits for its turn must not hold a snapshot: the index would wait for its end, each for the other.
    @Test(.timeLimit(.minutes(1))) func `two programs that start at once make an index concurrently`() async throws {
        let database = try await empty()
        try await database.run("create table indexed as select 1 as id")
        let steps = try [
            migration(1, "select pg_sleep(0.2);"), index(2, "create index concurrently indexed_id on indexed (id);"),
        ]
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 { group.addTask { try await Migrate(database, migrations: steps).run().count } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == [0, 0, 2])
        #expect(try await validity(database) == ["public true"])
    }

    @Test(.timeLimit(.minutes(1))) func `who waits says so`() async throws {
        let database = try await empty()
        let steps = try [migration(1, "select pg_sleep(0.5);")]
        let waits = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var waits = 0
                    try await Migrate(database, migrations: steps).run { if case .waits = $0 { waits += 1 } }
                    return waits
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(waits.sorted() == [0, 1])
    }
}
