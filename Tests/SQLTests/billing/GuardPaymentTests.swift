import Postgres
import TestSupport
import Testing

/// billing.guard_payment: the states of a payment.
@Suite(.database) struct GuardPaymentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `pending succeeds, fails or is cancelled, and then stays`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID1, ACCOUNT, 10, 'USD', 'card', 'pending')
            """)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID2, ACCOUNT, 10, 'USD', 'card', 'pending')
            """)
        try await book.run(
            """
            update billing.payments set status = 'succeeded' where tenant_id = TENANT and id = ID1
            """)
        try await book.run(
            """
            update billing.payments set status = 'failed', failure_code = 'x' where tenant_id = TENANT and id = ID2
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', status, received_at is not null, failed_at is not null) from billing.payments
                    where tenant_id = TENANT order by id
                """
            ) == ["succeeded t f", "failed f t"])
        #expect(
            try await book.refusal(
                """
                update billing.payments set status = 'failed' where tenant_id = TENANT and id = ID1
                """
            ) == Refusal("23514", "payment_is_kept"))
        #expect(
            try await book.refusal(
                """
                update billing.payments set status = 'succeeded' where tenant_id = TENANT and id = ID2
                """
            ) == Refusal("23514", "payment_is_kept"))
        #expect(
            try await book.refusal(
                """
                update billing.payments set amount = 11 where tenant_id = TENANT and id = ID1
                """
            ) == Refusal("23514", "payment_is_kept"))
        #expect(
            try await book.refusal(
                """
                update billing.payments set applied_amount = 1 where tenant_id = TENANT and id = ID1
                """
            ) == Refusal("23514", "payment_is_spent_by_its_parts"))
        #expect(
            try await book.refusal("delete from billing.payments where tenant_id = TENANT")
                == Refusal("23514", "payment_is_kept"))
    }
}
