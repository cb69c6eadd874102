import Foundation
import Postgres
import TestSupport
import Testing

/// audit.severity_rank: the order of severities.
@Suite(.database) struct SeverityRankTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `rises from info to critical`() async throws {
        let ranks = try await db.app.run(
            "select audit.severity_rank(s) from unnest(array['info', 'low', 'medium', 'high', 'critical']) s"
        ).decode(Int.self)
        #expect(ranks == [1, 2, 3, 4, 5])
    }
}
