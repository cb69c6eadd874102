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

    @Test(arguments: [
        ("3", "INV-000001 paid 10.0000 6.0000 4.0000 0.0000"),
        ("5", "INV-000001 finalised 10.0000 5.0000 4.0000 1.0000"),
    ])
    func `of an invoice that was credited since, what is left of it is paid`(
        back: String, invoice: String
    ) async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 10, 'USD', 'card', 'succeeded');
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID3, ID1, 10);
            insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency, reason)
            values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', 'billing_error');
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id, description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', 4 from billing.invoice_items i where i.tenant_id = TENANT;
            select billing.issue_credit_note(TENANT, ID5);
            """)
        try await book.run(
            "select billing.refund_payment(TENANT, ID3, ID4, 'chargeback', \(back), 'x')", as: db.engine)
        #expect(try await book.read(Self.invoices) == [invoice])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test(arguments: [
        ("4", "4", ["6.0000 4.0000 0.0000", "10.0000 0.0000 0.0000", "10.0000 0.0000 0.0000"]),
        ("0.01", "8", ["9.9900 0.0100 0.0000", "10.0000 0.0000 0.0000", "2.0100 0.0000 7.9900"]),
        ("4", "15", ["6.0000 4.0000 0.0000", "9.0000 0.0000 1.0000", "0.0000 0.0000 10.0000"]),
    ])
    func `first what was credited, then from the last invoice`(
        credit: String, refund: String, left: [String]
    ) async throws {
        let book: Book = try await db.book()
        for invoice in ["ID1", "ID2", "ID6"] {
            try await book.draft(invoice, ["10"])
            try await book.run("select billing.finalise_invoice(TENANT, \(invoice))", as: db.engine)
        }
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 30, 'USD', 'card', 'succeeded');
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount, applied_at)
            values (TENANT, ACCOUNT, ID3, ID1, 10, '2026-03-01'), (TENANT, ACCOUNT, ID3, ID2, 10, '2026-03-02'),
                   (TENANT, ACCOUNT, ID3, ID6, 10, '2026-03-03');
            insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency, reason)
            values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', 'billing_error');
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id, description,
                                                   amount)
            select TENANT, ACCOUNT, ID5, i.id, 'x', \(credit)
              from billing.invoice_items i where i.tenant_id = TENANT and i.invoice_id = ID1;
            select billing.issue_credit_note(TENANT, ID5);
            """)
        try await book.run(
            "select billing.refund_payment(TENANT, ID3, ID4, 'chargeback', \(refund), 'x')", as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', paid_amount, credited_amount, open_amount)
                  from billing.invoices where tenant_id = TENANT order by sequence
                """) == left)
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
