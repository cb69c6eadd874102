import Foundation
import Postgres
import TestSupport
import Testing

/// core.claim: a value belongs to one row on the whole platform.
@Suite(.database) struct ClaimTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func claim(_ tenant: Tenant, _ kind: String, _ value: String, _ entity: UUID) async throws -> Bool? {
        try await db.owner.run("select core.claim(\(tenant.id), \(kind), \(value), \(entity))").value(Bool.self)
    }

    @Test func `the first claim wins, and may be made again`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let (row, another) = (UUID(), UUID())
        #expect(try await claim(tenant, "test", "v", row) == true)
        #expect(try await claim(tenant, "test", "v", row) == true)
        #expect(try await claim(tenant, "test", "v", another) == false)
        #expect(try await claim(other, "test", "v", row) == false)
        #expect(try await claim(other, "another kind", "v", another) == true)
    }

    @Test func `of many at once exactly one wins`() async throws {
        let tenant = try await db.tenant()
        let won = try await withThrowingTaskGroup(of: Bool?.self) { group in
            for _ in 0..<20 { group.addTask { try await claim(tenant, "race", "v", UUID()) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(won.count { $0 == true } == 1)
    }

    @Test func `a claim needs a tenant that exists`() async throws {
        let stranger = Tenant(id: UUID(), database: db)
        #expect(
            try await Refusal.of { _ = try await claim(stranger, "test", "w", UUID()) }
                == Refusal("23503", "claim_belongs_to_tenant"))
    }
}
