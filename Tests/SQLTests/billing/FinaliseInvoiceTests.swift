import Postgres
import TestSupport
import Testing

/// billing.finalise_invoice: a number, totals, parties and a day to pay.
@Suite(.database) struct FinaliseInvoiceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let taxed =
        """
        insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, categories)
        values (TENANT, ID9, 'T', 'Tax', 'US', 'state', '{service}');
        insert into billing.tax_rates (tenant_id, id, tax_id, rate, source, valid_from)
        values (TENANT, ID9, ID9, 0.07, 'x', '2025-01-01');
        update billing.invoices set tax_jurisdiction = 'US.NY' where tenant_id = TENANT;
        """

    @Test func `taxes, sums, copies seller and buyer; a repeat returns the same number`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["100"])
        try await book.run(Self.taxed)
        #expect(
            try await book.read("select billing.finalise_invoice(TENANT, ID1)", as: db.engine) == ["INV-000001"])
        #expect(
            try await book.read("select billing.finalise_invoice(TENANT, ID1)", as: db.engine) == ["INV-000001"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', subtotal, tax_total, total, seller ->> 'name', buyer ->> 'name',
                                 due_on - (finalised_at at time zone 'America/New_York')::date, exchange_rate is null)
                  from billing.invoices where tenant_id = TENANT
                """
            ) == ["100.0000 7.0000 107.0000 Seller Inc Test 30 t"])
    }

    @Test func `the account's own terms go before the seller's`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, payment_terms_days,
                                                  bill_to_name)
            values (TENANT, ACCOUNT, TENANT, 7, 'Accounts payable')
            """)
        try await book.draft("ID1", ["1"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', buyer ->> 'name', due_on - (finalised_at at time zone 'America/New_York')::date)
                  from billing.invoices where tenant_id = TENANT
                """
            ) == ["Accounts payable 7"])
    }

    @Test func `an invoice that is not there is refused`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
                == Refusal("23503"))
    }

    @Test func `the API may not`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select billing.finalise_invoice(TENANT, ID1)", as: db.app)
                == .notPermitted)
    }

    @Test func `what is left of earlier payments pays it`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 15, 'USD', 'card', 'succeeded')
            """)
        for (invoice, state) in [("ID1", "paid 0.0000 5.0000"), ("ID2", "finalised 5.0000 0.0000")] {
            try await book.draft(invoice, ["10"])
            try await book.run("select billing.finalise_invoice(TENANT, \(invoice))", as: db.engine)
            #expect(
                try await book.read(
                    """
                    select concat_ws(' ', i.status, i.open_amount, p.unapplied_amount)
                      from billing.invoices i join billing.payments p on p.tenant_id = i.tenant_id
                     where i.tenant_id = TENANT and i.id = \(invoice)
                    """) == [state])
        }
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
    }
}
