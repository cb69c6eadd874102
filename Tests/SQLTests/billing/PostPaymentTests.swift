import Postgres
import TestSupport
import Testing

/// billing.post_payment: money that came in is posted.
@Suite(.database) struct PostPaymentTests {
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

    @Test func `once, when it succeeds`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID1, ACCOUNT, 10, 'USD', 'card', 'pending')
            """)
        #expect(try await book.read(Self.balance) == ["0.00000000 0.00000000"])
        try await book.run(
            """
            update billing.payments set status = 'succeeded' where tenant_id = TENANT
            """)
        try await book.run("update billing.payments set memo = 'x' where tenant_id = TENANT")
        try await book.run(
            """
            select billing.top_up(TENANT, ACCOUNT, ID1, 10, 'again')
            """)
        #expect(try await book.read(Self.balance) == ["10.00000000 0.00000000"])
        #expect(try await book.read(Self.faults) == [])
    }
}
