import Postgres
import TestSupport
import Testing

/// billing.count_application: no payment is spent twice, no invoice paid twice.
@Suite(.database) struct CountApplicationTests {
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

    @Test func `at most what the payment has, at most what the invoice wants`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.draft("ID2", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("select billing.finalise_invoice(TENANT, ID2)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 15, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID4, ACCOUNT, 100, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID3, ID1, 10)
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                values (TENANT, ACCOUNT, ID3, ID2, 5.01)
                """
            ) == Refusal("23514", "payment_is_not_spent_above_its_amount"))
        #expect(
            try await book.refusal(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                values (TENANT, ACCOUNT, ID4, ID1, 0.01)
                """
            ) == Refusal("23514", "invoice_is_not_overpaid"))
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID3, ID2, 5)
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                values (TENANT, ACCOUNT, ID3, ID2, 1)
                """
            ) == Refusal("23514", "payment_is_not_spent_above_its_amount"))
        #expect(
            try await book.read(Self.invoices) == [
                "INV-000001 paid 10.0000 10.0000 0.0000 0.0000",
                "INV-000002 finalised 10.0000 5.0000 0.0000 5.0000",
            ])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `only money that was received, only for what is final`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 10, 'USD', 'card', 'pending')
            """)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID4, ACCOUNT, 10, 'USD', 'card', 'succeeded')
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                values (TENANT, ACCOUNT, ID3, ID1, 1)
                """
            ) == Refusal("23514", "only_a_received_payment_is_spent"))
        #expect(
            try await book.refusal(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                values (TENANT, ACCOUNT, ID4, ID1, 1)
                """
            ) == Refusal("23514", "only_a_finalised_invoice_is_paid"))
    }

    @Test func `it is reversed, not changed or removed; then it may be made again`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID4, ACCOUNT, 20, 'USD', 'card', 'succeeded')
            """)
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID4, ID1, 4)
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                values (TENANT, ACCOUNT, ID4, ID1, 4)
                """
            ) == Refusal("23505", "payment_is_applied_once_to_an_invoice"))
        #expect(
            try await book.refusal(
                """
                update billing.payment_applications set amount = 5 where tenant_id = TENANT
                """
            ) == Refusal("23514", "application_is_kept"))
        #expect(
            try await book.refusal("delete from billing.payment_applications where tenant_id = TENANT")
                == Refusal("23001", "application_is_kept"))
        try await book.run(
            """
            update billing.payment_applications set reversed_at = now(), reversal_reason = 'x'
                where tenant_id = TENANT
            """)
        #expect(
            try await book.refusal(
                """
                update billing.payment_applications set reversed_at = null, reversal_reason = null
                    where tenant_id = TENANT
                """
            ) == Refusal("23514", "application_is_kept"))
        try await book.run(
            """
            insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
            values (TENANT, ACCOUNT, ID4, ID1, 10)
            """)
        #expect(try await book.read(Self.invoices) == ["INV-000001 paid 10.0000 10.0000 0.0000 0.0000"])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `not for an invoice of another account`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name) values (TENANT, ID9, replace(ID9::text, '-',
                ''), 'x')
            """)
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID4, ID9, 10, 'USD', 'card', 'succeeded')
            """)
        #expect(
            try await book.refusal(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                values (TENANT, ACCOUNT, ID4, ID1, 1)
                """
            ) == Refusal("23503", "application_is_of_payment"))
    }

    @Test func `many at once never pay more than there is`() async throws {
        let book: Book = try await db.book()
        let names: [String] = ["ID1", "ID2", "ID3", "ID4", "ID5", "ID6"]
        for name in names {
            try await book.draft(name, ["1"])
            try await book.run("select billing.finalise_invoice(TENANT, \(name))")
        }
        // After the invoices: finalising one would use it.
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID9, ACCOUNT, 3, 'USD', 'card', 'succeeded')
            """)
        let refusals: [Refusal?] = try await withThrowingTaskGroup(of: Refusal?.self) { group in
            for name in names {
                group.addTask {
                    try await book.refusal(
                        """
                        insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                        values (TENANT, ACCOUNT, ID9, \(name), 1)
                        """, as: db.engine)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.count { $0 == nil } == 3)
        #expect(refusals.count { $0 == Refusal("23514", "payment_is_not_spent_above_its_amount") } == 3)
    }
}
