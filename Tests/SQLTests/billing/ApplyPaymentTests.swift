import Postgres
import TestSupport
import Testing

/// billing.apply_payment: pays the invoices that were due first.
@Suite(.database) struct ApplyPaymentTests {
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

    @Test func `as far as the money goes, and the rest when it is repeated`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.draft("ID2", ["10"])
        try await book.run(
            """
            update billing.invoices set due_on = case id when ID1 then '2026-04-01'::date else '2026-03-01' end
                where tenant_id = TENANT
            """)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("select billing.finalise_invoice(TENANT, ID2)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 15, 'USD', 'card', 'succeeded')
            """)
        #expect(
            try await book.read("select billing.apply_payment(TENANT, ID3)::text", as: db.engine) == ["15.0000"])
        #expect(
            try await book.read(Self.invoices) == [
                "INV-000001 finalised 10.0000 5.0000 0.0000 5.0000",
                "INV-000002 paid 10.0000 10.0000 0.0000 0.0000",
            ])
        #expect(
            try await book.read("select billing.apply_payment(TENANT, ID3)::text", as: db.engine) == ["0.0000"])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `with no invoice the money is left`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 15, 'USD', 'card', 'succeeded')
            """)
        #expect(
            try await book.read("select billing.apply_payment(TENANT, ID3)::text", as: db.engine) == ["0.0000"])
        #expect(
            try await book.read(
                """
                select unapplied_amount::text from billing.payments where tenant_id = TENANT
                """
            ) == ["15.0000"])
    }
}
