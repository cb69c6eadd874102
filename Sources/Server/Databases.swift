import Foundation
package import Postgres
package import Reactor
import Schema
package import Services

/// The database in use, as each role of it; embedded or given, nothing above here knows the difference.
package struct Databases: Sendable {
    package let owner: Database
    package let engine: Database
    /// For the API: bound by row policies.
    package let app: Database
    /// For LISTEN: never through a pooler.
    package let direct: Database
    /// As the engine, for what people ask for through the API: calls and rating do not wait for it.
    package let work: Database
    /// For reports: the replica, if there is one. Nothing is opened before it is asked.
    package private(set) var report: Database?
    /// The server that this process runs, if it does.
    package let embedded: EmbeddedServer?
    /// How psql reaches it. It may hold a password.
    package let address: String

    /// Whether the database is up to date.
    package func migration() throws -> Migrate { Migrate(owner, migrations: try Schema.migrations()) }

    /// Opens the database of a configuration; starts the embedded server unless another heddle runs it already.
    /// - Parameter report: hears of a start of that server that takes long.
    package static func open(
        _ configuration: Configuration, reactor: Reactor, report: (String) -> Void = { _ in }
    ) async throws -> Databases {
        guard let url = configuration.databaseURL else { return try await openEmbedded(configuration, reactor, report) }
        func client(_ address: String, _ role: String?, sessions: Int? = nil, leases: Int? = nil) throws -> Database {
            var settings = DatabaseConfiguration(address: address, role: role)
            if let sessions { settings.sharedConnections = sessions }
            if let leases { settings.maximumLeases = leases }
            settings.allowsInsecure = configuration.allowsInsecureDatabase
            // What the flag says is true of every address but the one that is called direct.
            settings.usesTransactionPooler =
                configuration.usesTransactionPooler && address != configuration.databaseDirectURL
            return try Database(settings, reactor: reactor)
        }
        let direct = configuration.databaseDirectURL ?? url
        let engine = configuration.databaseEngineURL
        let app = configuration.databaseAppURL
        return Databases(
            owner: try client(direct, nil),
            engine: try client(
                engine ?? url, engine == nil ? "heddle_engine" : nil, sessions: OpenCalls.batchesAtOnce),
            app: try client(app ?? url, app == nil ? "heddle_app" : nil, leases: apiLeases),
            direct: try client(direct, engine == nil ? "heddle_engine" : nil),
            work: try client(engine ?? url, engine == nil ? "heddle_engine" : nil),
            report: try configuration.reportDatabaseURL.map { address in
                var settings = DatabaseConfiguration(address: address)
                settings.allowsInsecure = configuration.allowsInsecureDatabase
                // A replica that is away is done without.
                settings.waitLimit = .seconds(5)
                return try Database(settings, reactor: reactor)
            }, embedded: nil, address: direct)
    }

    /// Lists and writes of the API have sessions of their own, of the 40 that its role may have.
    private static let apiLeases = 12

    private static func openEmbedded(
        _ configuration: Configuration, _ reactor: Reactor, _ report: (String) -> Void
    ) async throws -> Databases {
        let directory = try configuration.embeddedDirectory
        var server: EmbeddedServer?
        if !EmbeddedServer.isRunning(directory) {
            server = try await EmbeddedServer.start(directory, reactor: reactor, report: report)
            try await makeDatabase(directory, reactor)
        }
        func client(_ role: String, sessions: Int? = nil, leases: Int? = nil) throws -> Database {
            var settings = DatabaseConfiguration(address: directory.address(database: "heddle", role: role))
            if let sessions { settings.sharedConnections = sessions }
            if let leases { settings.maximumLeases = leases }
            return try Database(settings, reactor: reactor)
        }
        return Databases(
            owner: try client("heddle_owner"),
            engine: try client("heddle_engine", sessions: OpenCalls.batchesAtOnce),
            app: try client("heddle_app", leases: apiLeases),
            direct: try client("heddle_engine"), work: try client("heddle_engine"), embedded: server,
            address: directory.address(database: "heddle", role: "heddle_owner"))
    }

    private static func makeDatabase(_ directory: EmbeddedDirectory, _ reactor: Reactor) async throws {
        let admin = try Database(
            DatabaseConfiguration(address: directory.address(database: "postgres", role: "heddle_owner")),
            reactor: reactor)
        let exists = try await admin.run("select true from pg_database where datname = 'heddle'").value(Bool.self)
        if exists != true {
            try await admin.lease { try await $0.runScript("create database heddle template template0") }
        }
        await admin.close()
    }

    /// Closes the sessions, and stops the server that this process started.
    package func close() async {
        for database in [owner, engine, app, direct, work, report].compactMap(\.self) { await database.close() }
        await embedded?.stop()
    }
}

extension Databases: CustomStringConvertible, CustomReflectable {
    /// Where the database is, without user and password.
    package var description: String { "Databases(\(owner.configuration))" }
    /// Empty, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
