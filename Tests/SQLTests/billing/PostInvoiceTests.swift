import Postgres
import TestSupport
import Testing

/// billing.post_invoice: what an invoice adds to the calls that were posted.
@Suite(.database) struct PostInvoiceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let ledger =
        """
        select concat_ws(' ', source, available, counter_account) from billing.ledger
         where tenant_id = TENANT order by posted_at, source
        """

    private static let balance =
        """
        select concat_ws(' ', available, overdrawn) from billing.account_balance where tenant_id = TENANT
        """

    private static let faults =
        """
        select problem from billing.check_documents(TENANT) union all select bucket from billing.check_ledger(TENANT)
        """

    @Test func `lines and taxes apart, less what was posted call by call`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run(
            """
            insert into billing.invoice_items (tenant_id, account_id, invoice_id, position, kind, description,
                                               service_from, service_until, exact_amount, amount, posted_amount,
                                                   tax_category)
            values (TENANT, ACCOUNT, ID1, 2, 'usage', 'x', '2026-01-01', '2026-02-01', 0.12345678, 0.12, 0.12345678,
                'voice')
            """)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(try await book.read(Self.ledger) == ["invoice -9.99654322 service_revenue"])
        #expect(try await book.read(Self.faults) == [])
    }

    @Test func `a void invoice is taken back`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("select billing.void_invoice(TENANT, ID1, 'x')", as: db.engine)
        #expect(
            try await book.read(Self.ledger) == [
                "invoice -10.00000000 service_revenue",
                "invoice_void 10.00000000 service_revenue",
            ])
        #expect(try await book.read(Self.balance) == ["0.00000000 0.00000000"])
        #expect(try await book.read(Self.faults) == [])
    }
}
