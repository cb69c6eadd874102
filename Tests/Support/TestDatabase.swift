import Foundation
package import Postgres
import Schema
import Services
package import Testing

/// A database of a suite's own, copied from one that was migrated once for the whole run.
package struct TestDatabase: Sendable {
    package let cluster: TestCluster
    package let name: String
    /// As the owner: DDL, and whatever the roles may not do.
    package let owner: Database
    /// As the program's pipelines and the SIP edge see it.
    package let engine: Database
    /// As the API and the portal see it: bound by row policies.
    package let app: Database

    /// The database of the suite that runs; set by the trait `.database`.
    @TaskLocal package static var current: TestDatabase?

    /// The database of this suite.
    package static var suite: TestDatabase {
        get throws { try #require(current, "write @Suite(.database) on the suite") }
    }

    private static let template = Task {
        let cluster = try await TestCluster.shared
        let name = "template_heddle"
        try await cluster.createDatabase(name)
        let owner = try cluster.client(name)
        try await Migrate(owner, migrations: Schema.migrations()).run()
        try await owner.run("select core.create_monthly_partitions()")
        await owner.close()
        return name
    }

    package static func make() async throws -> TestDatabase {
        let cluster = try await TestCluster.shared
        let template = try await template.value
        let name = "test_\(UUID().uuidString.prefix(8).lowercased())"
        try await cluster.createDatabase(name, template: template)
        return try TestDatabase(name, of: cluster)
    }

    /// A database that is there.
    package init(_ name: String, of cluster: TestCluster) throws {
        self.cluster = cluster
        self.name = name
        owner = try cluster.client(name)
        engine = try cluster.client(name, role: "heddle_engine")
        app = try cluster.client(name, role: "heddle_app")
    }

    package func drop() async throws {
        for client in [owner, engine, app] { await client.close() }
        let admin = try cluster.client()
        try await admin.lease { try await $0.runScript("drop database \(identifier: name) with (force)") }
        await admin.close()
    }
}

/// Gives a suite a database of its own: `@Suite(.database)`. Only a few suites have one at a time: each holds sessions,
/// and the roles and the cluster have a limit; more would not be faster either.
package struct DatabaseTrait: SuiteTrait, TestScoping {
    private static let turns = Turns(free: 4)
    /// Whether its turn comes before those of others.
    let isEarly: Bool

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.turns.take(isEarly: isEarly)
        do {
            let database = try await TestDatabase.make()
            try await TestDatabase.$current.withValue(database) { try await function() }
            try await database.drop()
            await Self.turns.giveBack()
        } catch {
            await Self.turns.giveBack()
            throw error
        }
    }
}

extension Trait where Self == DatabaseTrait {
    /// A migrated database of the suite's own.
    package static var database: Self { DatabaseTrait(isEarly: false) }
    /// The same for a suite that takes long: it begins before the others, so that nobody waits for it alone at the end.
    package static var databaseEarly: Self { DatabaseTrait(isEarly: true) }
}
