import Foundation
package import Postgres
package import Reactor

/// One PostgreSQL for the whole test run, in memory, without fsync. It ends with the process, however that ends.
package struct TestCluster: Sendable {
    package let server: EmbeddedServer
    package let reactor: Reactor

    private static let started = Task {
        StaleRuns.sweep()
        return try await start(name: "run")
    }

    /// The cluster that the suites share; started by whoever asks first.
    package static var shared: TestCluster {
        get async throws { try await started.value }
    }

    /// A cluster of a test's own, for tests that kill or freeze it; stop it at the end.
    package static func start(name: String) async throws -> TestCluster {
        let reactor = Reactor(name: "test-\(name)")
        let directory = try EmbeddedDirectory(root: StaleRuns.directory(name))
        let server = try await EmbeddedServer.start(directory, durability: .processOnly, reactor: reactor)
        return TestCluster(server: server, reactor: reactor)
    }

    /// Stops a cluster of a test's own and removes its files.
    package func discard() async {
        await server.stop()
        try? FileManager.default.removeItem(atPath: server.directory.root)  // the next run's sweep would do it
    }

    /// How to reach a database of the cluster.
    package func address(_ database: String, role: String = "heddle_owner") -> String {
        server.directory.address(database: database, role: role)
    }

    /// A client of a database of the cluster.
    package func client(
        _ database: String = "postgres", role: String = "heddle_owner",
        _ adjust: (inout DatabaseConfiguration) -> Void = { _ in }
    ) throws -> Database {
        var configuration = DatabaseConfiguration(address: address(database, role: role))
        // Cases of a test share few sessions, and a busy machine gives all suites their turn.
        configuration.waitLimit = .seconds(120)
        configuration.requestTimeout = .seconds(120)
        adjust(&configuration)
        return try Database(configuration, reactor: reactor)
    }

    /// Makes an empty database, or a copy of a template.
    package func createDatabase(_ name: String, template: String = "template0") async throws {
        let admin = try client()
        try await admin.lease { session in
            try await session.runScript(
                """
                create database \(identifier: name) template \(identifier: template) strategy file_copy encoding 'UTF8'
                """)
        }
        await admin.close()
    }
}
