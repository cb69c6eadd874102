import Postgres
import TestSupport
import Testing

/// billing.unapply: part of what pays an invoice is free again.
@Suite(.database) struct UnapplyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [("0", "0.0000", "10.0000"), ("3", "3.0000", "7.0000"), ("10", "10.0000", "0")])
    func `the rest still pays, since when it did`(amount: String, free: String, paid: String) async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 10, 'USD', 'card', 'succeeded');
            insert into billing.payment_applications (tenant_id, id, account_id, payment_id, invoice_id, amount,
                                                      applied_at)
            values (TENANT, ID4, ACCOUNT, ID3, ID1, 10, '2026-03-01');
            """)
        #expect(
            try await book.read("select billing.unapply(TENANT, ID4, \(amount), 'refund')::text", as: db.engine)
                == [free])
        #expect(
            try await book.read(
                """
                select coalesce(sum(amount), 0) || ' ' || count(*) filter (where applied_at <> '2026-03-01')
                  from billing.payment_applications where tenant_id = TENANT and reversed_at is null
                """) == ["\(paid) 0"])
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
    }
}
