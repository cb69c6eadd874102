import Postgres
import TestSupport
import Testing

/// routing.end_alone: from then on others may have something.
@Suite(.database, .serialized) struct EndAloneTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `nobody gets anything before the edge that is alone goes by its shares`() async throws {
        let edges = try await Edges(db)
        try await edges.renew("a")
        try await edges.renew("b")
        try await edges.open("b")
        #expect(try await edges.report("a", 0, inUse: 0) == 0)
        #expect(try await edges.report("b", 5, inUse: 0) == 0)
        try await edges.endAlone("b")  // it is not alone: that changes nothing
        #expect(try await edges.report("b", 5, inUse: 0) == 0)
        try await edges.endAlone("a", claim: "rival")
        #expect(try await edges.report("b", 5, inUse: 0) == 0)
        try await edges.endAlone("a")
        #expect(try await edges.report("b", 5, inUse: 0) == 5)
    }
}
