import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Answers that are kept for requests with keys.
@Suite(.database) struct KeptAnswersTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The first session and the second are two: each has its own connection.
    @Test func `a request that comes back late neither answers for its successor nor gives its key free`() async throws
    {
        let tenant = UUID()
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("k-" + tenant.text), 'K')")
        let scope = RequestScope(tenant: tenant, actor: "test")
        let key = KeptAnswers.Key(principal: UUID(), route: "POST /x", text: "k")
        let digest = String(repeating: "0", count: 64)
        let (first, second) = (KeptAnswers(db.app), KeptAnswers(db.engine))
        guard case .new(let slow) = try await first.begin(key, digest: digest, scope) else {
            Issue.record("the first is new")
            return
        }
        #expect(try await second.begin(key, digest: digest, scope) == .running)
        try await db.owner.run(
            "update queue.idempotency_keys set locked_until = now() - interval '1 s' where tenant_id = \(tenant)")
        guard case .new(let lease) = try await second.begin(key, digest: digest, scope) else {
            Issue.record("a lease that has run out is taken over")
            return
        }
        #expect(try await !first.finish(key, slow, status: 201, body: "slow", scope))
        #expect(try await !first.release(key, slow, scope))
        #expect(try await first.begin(key, digest: digest, scope) == .running)
        #expect(try await second.finish(key, lease, status: 200, body: "fast", scope))
        #expect(try await !first.finish(key, slow, status: 201, body: "slow", scope))
        #expect(try await first.begin(key, digest: digest, scope) == .replay(status: 200, body: "fast"))
    }
}
