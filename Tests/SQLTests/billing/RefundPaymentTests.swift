import Postgres
import TestSupport
import Testing

/// billing.refund_payment: takes money from its invoices, the last first.
@Suite(.database) struct RefundPaymentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let invoices =
        """
        select concat_ws(' ', number, status, total, paid_amount, credited_amount, open_amount)
            from billing.invoices where tenant_id = TENANT order by sequence
        """

    private static let faults =
        """
        select problem from billing.check_documents(TENANT) union all select bucket from billing.check_ledger(TENANT)
        """

    @Test func `as far as it must, once`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.draft("ID2", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("select billing.finalise_invoice(TENANT, ID2)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 25, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID3, ID1, 10)
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID3, ID2, 10)
            """)
        try await book.run("select billing.top_up(TENANT, ACCOUNT, ID8, 100, 'x')")
        #expect(
            try await book.read(
                """
                select billing.refund_payment(TENANT, ID3, ID4, 'refund', 8, 'x')::text
                """, as: db.engine
            ) == ["true"])
        #expect(
            try await book.read(
                """
                select billing.refund_payment(TENANT, ID3, ID4, 'refund', 8, 'x')::text
                """, as: db.engine
            ) == ["false"])
        #expect(
            try await book.read(Self.invoices) == [
                "INV-000001 paid 10.0000 10.0000 0.0000 0.0000",
                "INV-000002 finalised 10.0000 7.0000 0.0000 3.0000",
            ])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `the bank takes it back whatever was paid with it`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 10, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID3, ID1, 10)
            """)
        #expect(
            try await book.read(
                """
                select billing.refund_payment(TENANT, ID3, ID4, 'chargeback', 10, 'x', 'dp_1')::text
                """, as: db.engine
            ) == ["true"])
        #expect(try await book.read("select external_id from billing.refunds where tenant_id = TENANT") == ["dp_1"])
        #expect(try await book.read(Self.invoices) == ["INV-000001 finalised 10.0000 0.0000 0.0000 10.0000"])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `never more than it was`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 10, 'USD', 'card', 'succeeded')
            """)
        #expect(
            try await book.refusal(
                """
                select billing.refund_payment(TENANT, ID3, ID4, 'chargeback', 10.01, 'x')
                """, as: db.engine
            ) == Refusal("23514", "payment_is_not_spent_above_its_amount"))
    }
}
