import Postgres
import TestSupport
import Testing

/// billing.post_refund: money that goes out is posted.
@Suite(.database) struct PostRefundTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let balance =
        """
        select concat_ws(' ', available, overdrawn) from billing.account_balance where tenant_id = TENANT
        """

    private static let faults =
        """
        select problem from billing.check_documents(TENANT) union all select bucket from billing.check_ledger(TENANT)
        """

    @Test func `a refund is within the credit limit, a chargeback is not asked`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID2, ACCOUNT, 15, 'USD', 'card', 'succeeded')
            """)
        try await book.run("select billing.adjust(TENANT, ACCOUNT, ID9, -10, 'x')")
        #expect(
            try await book.refusal(
                """
                insert into billing.refunds (tenant_id, id, account_id, payment_id, kind, amount, reason)
                values (TENANT, ID3, ACCOUNT, ID2, 'refund', 6, 'x')
                """
            ) == Refusal("23514", "balance_not_below_credit_limit"))
        try await book.run(
            """
            insert into billing.refunds (tenant_id, id, account_id, payment_id, kind, amount, reason)
            values (TENANT, ID3, ACCOUNT, ID2, 'refund', 5, 'x')
            """)
        #expect(try await book.read(Self.balance) == ["0.00000000 0.00000000"])
        try await book.run(
            """
            insert into billing.refunds (tenant_id, id, account_id, payment_id, kind, amount, reason)
            values (TENANT, ID4, ACCOUNT, ID2, 'chargeback', 10, 'x')
            """)
        #expect(try await book.read(Self.balance) == ["-10.00000000 10.00000000"])
        #expect(try await book.read(Self.faults) == [])
    }
}
