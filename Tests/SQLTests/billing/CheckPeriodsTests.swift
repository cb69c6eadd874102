import Postgres
import TestSupport
import Testing

/// billing.check_periods: the closes of a tenant among themselves.
@Suite(.database, .serialized) struct CheckPeriodsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        Damage(statement: "select 1", finds: []),
        Damage(
            statement: "update billing.ledger_closings set debits = 1, credits = credits + 1 where tenant_id = TENANT "
                + "and ledger_period_id = SECOND",
            finds: ["sums of a close are not what was sealed expected 1 found 1"]),
        Damage(
            statement: "delete from billing.ledger_closings where tenant_id = TENANT and ledger_period_id = SECOND",
            finds: ["sums of a close are not what was sealed expected 1 found 0"]),
        Damage(
            statement: "update billing.ledger_closings set opening_available = opening_available + 1, "
                + "closing_available = closing_available + 1 where tenant_id = TENANT and ledger_period_id = SECOND",
            finds: [
                "close does not open with the one before expected 5.00000000 found 6.00000000",
                "sums of a close are not what was sealed expected 1 found 1",
            ]),
        Damage(
            statement: "update billing.ledger_periods set digest = 'x' where tenant_id = TENANT and sequence = 1",
            finds: [
                "close does not follow the one before expected 2 found 2",
                "sums of a close are not what was sealed expected 1 found 1",
            ]),
        Damage(
            statement: "update billing.ledger_periods set previous_digest = 'x' where tenant_id = TENANT "
                + "and sequence = 2",
            finds: [
                "close does not follow the one before expected 2 found 2",
                "sums of a close are not what was sealed expected 1 found 1",
            ]),
    ])
    func `what was changed after a close is named`(damage: Damage) async throws {
        let book = try await db.book()
        try await book.run(
            """
            insert into billing.ledger (tenant_id, account_id, posted_at, source, source_id, currency, available,
                                        counter, counter_account)
            values (TENANT, ACCOUNT, '2026-01-31', 'adjustment', ID1, 'USD', 5, -5, 'adjustments');
            update billing.account_balance set available = 5 where tenant_id = TENANT;
            select billing.close_ledger(TENANT, '2026-01-01', 'x');
            select billing.close_ledger(TENANT, '2026-02-01', 'x');
            """)
        try await book.damage(
            damage.statement.replacing(
                "SECOND",
                with: "(select p.id from billing.ledger_periods p where p.tenant_id = TENANT and p.sequence = 2)"))
        #expect(try await book.findings("check_periods(TENANT)") == damage.finds)
    }
}
