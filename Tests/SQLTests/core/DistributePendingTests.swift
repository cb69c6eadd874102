import Postgres
import TestSupport
import Testing

/// core.distribute_pending: the hook that a distributed database replaces.
@Suite(.database) struct DistributePendingTests {
    @Test func `does nothing on one node`() async throws {
        #expect(try await TestDatabase.suite.owner.run("select core.distribute_pending()").value(Int.self) == 0)
    }
}
