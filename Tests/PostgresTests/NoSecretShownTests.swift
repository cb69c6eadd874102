import TestSupport
import Testing

@testable import Postgres

/// Whatever is put into a log or a message of a test that failed, no password comes with it.
@Suite struct NoSecretShownTests {
    private static let secret = "hunter2"
    private static let address = "postgresql://u:\(secret)@localhost:1/x"

    private func expectNoSecret(_ value: some Any, _ name: Comment) {
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(describing: value), String(reflecting: value), "\([value])", dumped] {
            #expect(!text.contains(Self.secret), name)
        }
    }

    @Test func `descriptions and dumps have none`() async throws {
        let configuration = DatabaseConfiguration(address: Self.address)
        expectNoSecret(configuration, "DatabaseConfiguration")
        expectNoSecret(configuration.connectionOptions(leased: true, places: []), "ConnectionOptions")
        expectNoSecret(try ConnectionTarget(address: Self.address), "ConnectionTarget")
        let database = try Database(configuration, reactor: try await TestCluster.shared.reactor)
        expectNoSecret(database, "Database")
        #expect("\(configuration)" == "DatabaseConfiguration(localhost/x)")
    }
}
