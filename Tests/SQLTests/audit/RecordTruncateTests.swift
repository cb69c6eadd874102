import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger audit.record_truncate: a table is not emptied without a trace.
@Suite(.database, .serialized) struct RecordTruncateTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private struct Enough: Error {}

    @Test func `each tenant's trail says how many of its rows went`() async throws {
        let (one, two) = (try await db.tenant(), try await db.tenant())
        for tenant in [one, two] { try await tenant.fillEveryTable() }
        await #expect(throws: Enough.self) {
            try await db.owner.transaction { session in
                try await session.run("select core.set_request_context('Jane Doe', null, null)")
                try await session.run("truncate billing.products cascade")
                for tenant in [one, two] {
                    let row = try await session.run(
                        """
                        select actor || ' ' || (old_values ->> 'rows') from audit.audit_log
                         where tenant_id = \(tenant.id) and action = 'truncate' and object = 'billing.products'
                        """
                    ).values(String.self)
                    #expect(row == ["Jane Doe 1"])
                }
                throw Enough()
            }
        }
    }
}
