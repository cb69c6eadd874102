import Postgres
import TestSupport
import Testing

/// billing.check_closings: a closed month has the entries that it was closed with.
@Suite(.database, .serialized) struct CheckClosingsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        Damage(statement: "select 1", finds: []),
        Damage(
            statement: "update billing.ledger set memo = 'another word' where tenant_id = TENANT",
            finds: ["entries of a closed month are not what was closed expected 5.00000000 found 5.00000000"]),
        Damage(
            statement: "update billing.ledger set posted_at = '2026-01-30' where tenant_id = TENANT",
            finds: ["entries of a closed month are not what was closed expected 5.00000000 found 5.00000000"]),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT",
            finds: ["entries of a closed month are not what was closed expected 5.00000000 found 0"]),
    ])
    func `each entry counts, not the sums alone`(damage: Damage) async throws {
        let book = try await db.book()
        try await book.run(
            """
            insert into billing.ledger (tenant_id, account_id, posted_at, source, source_id, currency, available,
                                        counter, counter_account)
            values (TENANT, ACCOUNT, '2026-01-31', 'adjustment', ID1, 'USD', 5, -5, 'adjustments');
            update billing.account_balance set available = 5 where tenant_id = TENANT;
            select billing.close_ledger(TENANT, '2026-01-01', 'x');
            """)
        try await book.damage(damage.statement)
        #expect(
            try await book.findings(
                """
                check_closings(TENANT, (select p.id from billing.ledger_periods p where p.tenant_id = TENANT),
                               array[ACCOUNT])
                """) == damage.finds)
    }
}
