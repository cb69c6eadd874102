import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger audit.record_column: one column of a table that is otherwise not audited.
@Suite(.database) struct RecordColumnTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a credit limit is recorded, the money of calls is not`() async throws {
        let account = try await db.tenant().account(balance: "10")
        _ = try await account.hold("1")
        try await account.setCreditLimit("500")
        try await account.setCreditLimit("500")
        let trail = try await db.owner.run(
            """
            select old_values::text || ' ' || new_values::text from audit.audit_log
             where tenant_id = \(account.tenant.id) and account_id = \(account.id)
               and object = 'billing.account_balance'
            """
        ).decode(String.self)
        #expect(trail == [#"{"credit_limit": 0.00000000} {"credit_limit": 500.00000000}"#])
    }
}
