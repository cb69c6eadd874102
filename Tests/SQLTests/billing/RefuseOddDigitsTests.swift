import Postgres
import TestSupport
import Testing

/// Trigger billing.refuse_odd_digits: a document has no fractions of its currency's smallest coin.
@Suite(.database) struct RefuseOddDigitsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("USD", "10.01", "0.5", true), ("USD", "10.015", "0", false), ("USD", "10", "0.001", false),
        ("JPY", "10", "1", true), ("JPY", "10.5", "0", false), ("KWD", "1.234", "0.001", true),
        ("KWD", "1.2345", "0", false),
    ])
    func `a vendor's invoice is in the minor digits of its currency`(
        currency: String, amount: String, tax: String, isRight: Bool
    ) async throws {
        let book: Book = try await db.book()
        try await book.run("insert into vendor_mgmt.vendors (tenant_id, id, name) values (TENANT, ID1, 'x')")
        let insert = """
            insert into vendor_mgmt.invoices (tenant_id, vendor_id, number, currency, amount, tax_amount, period_from,
                                              period_to, issued_at, due_at)
            values (TENANT, ID1, 'A', '\(currency)', \(amount), \(tax), '2026-01-01', '2026-02-01', now(), now())
            """
        #expect(
            try await book.refusal(insert)
                == (isRight ? nil : Refusal("23514", "vendor_invoice_is_in_minor_digits")))
        guard isRight else { return }
        #expect(
            try await book.refusal("update vendor_mgmt.invoices set amount = 1.00005 where tenant_id = TENANT")
                == Refusal("23514", "vendor_invoice_is_in_minor_digits"))
    }
}
