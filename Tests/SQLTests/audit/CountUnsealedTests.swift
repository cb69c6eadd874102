import Postgres
import TestSupport
import Testing

/// audit.count_unsealed: what waits for its link.
@Suite(.database) struct CountUnsealedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `tells how many rows of a tenant wait, until they are sealed`() async throws {
        let tenant = try await db.tenant()
        func waiting() async throws -> Int? {
            try await db.engine.run("select audit.count_unsealed(\(tenant.id))").value(Int.self)
        }
        for _ in 0..<2 { _ = try await tenant.account() }  // and the tenant itself: three rows
        #expect(try await waiting() == 3)
        try await db.engine.run("select audit.seal(\(tenant.id), 2)")
        #expect(try await waiting() == 1)
        try await db.engine.run("select audit.seal(\(tenant.id))")
        #expect(try await waiting() == 0)
        #expect(
            try await Refusal.of { try await db.app.run("select audit.count_unsealed(\(tenant.id))") } == .notPermitted)
    }
}
