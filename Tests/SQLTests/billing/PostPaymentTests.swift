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

    /// Whoever refunds has an invoice and then asks for the balance. Were the balance asked for first here, each would
    /// wait for the other.
    @Test func `the invoices that it may pay are locked before the balance`() async throws {
        let book = try await db.book()
        try await book.draft("ID3", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        try await db.owner.lease { refund in
            try await refund.run("begin")
            try await refund.run(
                """
                select from billing.invoices where tenant_id = \(book.tenant.id) for no key update
                """)
            async let payment: Void = book.run(
                """
                insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
                values (TENANT, ID5, ACCOUNT, 4, 'USD', 'card', 'succeeded');
                select billing.apply_payment(TENANT, ID5);
                """)
            let waits =
                """
                select l.pid::text from pg_locks l join pg_stat_activity a using (pid)
                 where not l.granted and a.datname = current_database() and a.query like '%\(book.tenant.part(5))%'
                """
            let limit = ContinuousClock.now + .seconds(30)
            while try await book.read(waits) == [], .now < limit { try await Task.sleep(for: .milliseconds(10)) }
            try await refund.run(
                """
                select from billing.account_balance
                 where tenant_id = \(book.tenant.id) for no key update nowait
                """)
            try await refund.run("commit")
            try await payment
        }
        #expect(try await book.account.balance.available == "-6")
    }
}
