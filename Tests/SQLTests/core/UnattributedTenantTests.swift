import Foundation
import Postgres
import TestSupport
import Testing

/// core.unattributed_tenant: where traffic goes that no tenant owns.
@Suite(.database) struct UnattributedTenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `is there from the first moment`() async throws {
        let slug = try await db.owner.run(
            "select slug from core.tenants where id = core.unattributed_tenant()"
        ).decode(String.self)
        #expect(slug == ["unattributed"])
    }

    @Test func `folds into a plan as a constant`() async throws {
        let plan = try await db.owner.run("explain select core.unattributed_tenant() = '\(unescaped: Self.zero)'::uuid")
            .decode(String.self)
        #expect(plan.count == 1 && plan[0].hasPrefix("Result"))
        let value = try await db.owner.run("select core.unattributed_tenant()").value(UUID.self)
        #expect(value == UUID(uuidString: Self.zero))
    }

    private static let zero = "00000000-0000-0000-0000-000000000000"
}
