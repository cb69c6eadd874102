import Postgres
import TestSupport
import Testing

/// billing.count_refund: no more is given back than came in.
@Suite(.database) struct CountRefundTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `at most what is not applied`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID2, ACCOUNT, 15, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID2, ID1, 10)
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.refunds (tenant_id, id, account_id, payment_id, kind, amount, reason)
                values (TENANT, ID3, ACCOUNT, ID2, 'refund', 5.01, 'x')
                """
            ) == Refusal("23514", "payment_is_not_spent_above_its_amount"))
        try await book.run(
            """
            insert into billing.refunds (tenant_id, id, account_id, payment_id, kind, amount, reason)
            values (TENANT, ID3, ACCOUNT, ID2, 'refund', 5, 'x')
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', applied_amount, refunded_amount, unapplied_amount) from billing.payments
                    where tenant_id = TENANT
                """
            ) == ["10.0000 5.0000 0.0000"])
        #expect(
            try await book.refusal("update billing.refunds set amount = 1 where tenant_id = TENANT")
                == Refusal("23001", "refunds_is_append_only"))
    }

    @Test func `of money that was not received nothing`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID2, ACCOUNT, 15, 'USD', 'card', 'pending')
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.refunds (tenant_id, id, account_id, payment_id, kind, amount, reason)
                values (TENANT, ID3, ACCOUNT, ID2, 'refund', 5, 'x')
                """
            ) == Refusal("23514", "only_a_received_payment_is_spent"))
    }
}
