import Postgres
import TestSupport
import Testing

/// billing.tax_invoices: tax lines of a draft, rounded as the seller does.
@Suite(.database) struct TaxInvoicesTests {
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

    private static let taxes =
        """
        select concat_ws(' ', invoice_item_id is null, base, exact_amount, amount) from billing.invoice_taxes
            where tenant_id = TENANT order by id
        """

    @Test func `by line: each is rounded, then summed`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["0.35", "0.35", "0.35"])
        try await book.run(Self.taxed)
        #expect(
            try await book.read("select billing.tax_invoices(TENANT, array[ID1])::text", as: db.engine) == ["3"])
        #expect(
            try await book.read(Self.taxes) == [
                "f 0.35000000 0.02450000 0.0200",
                "f 0.35000000 0.02450000 0.0200",
                "f 0.35000000 0.02450000 0.0200",
            ])
    }

    @Test func `by document: summed, then rounded once`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["0.35", "0.35", "0.35"])
        try await book.run(Self.taxed)
        try await book.run(
            """
            update billing.invoices set tax_rounding = 'document' where tenant_id = TENANT
            """)
        #expect(
            try await book.read("select billing.tax_invoices(TENANT, array[ID1])::text", as: db.engine) == ["1"])
        #expect(try await book.read(Self.taxes) == ["t 1.05000000 0.07350000 0.0700"])
        // again: the same
        #expect(
            try await book.read("select billing.tax_invoices(TENANT, array[ID1])::text", as: db.engine) == ["1"])
    }

    @Test func `without a place there is none`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["1"])
        #expect(
            try await book.read("select billing.tax_invoices(TENANT, array[ID1])::text", as: db.engine) == ["0"])
    }

    @Test func `what is there and right stays, what changed is made anew`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["1", "2"])
        try await book.draft("ID2", ["3"])
        try await book.run(Self.taxed)
        let ids = "select id::text from billing.invoice_taxes where tenant_id = TENANT and invoice_id = "
        let tax = "select billing.tax_invoices(TENANT, array[ID1, ID2])::text"
        #expect(try await book.read(tax, as: db.engine) == ["3"])
        let (first, second) = (try await book.read(ids + "ID1 order by id"), try await book.read(ids + "ID2"))
        try await book.run(
            """
            update billing.invoice_items set exact_amount = 4, amount = 4
             where tenant_id = TENANT and invoice_id = ID2
            """
        )
        #expect(try await book.read(tax, as: db.engine) == ["3"])
        #expect(try await book.read(ids + "ID1 order by id") == first)
        #expect(try await book.read(ids + "ID2") != second)
        try await book.run("update billing.invoices set tax_jurisdiction = null where tenant_id = TENANT and id = ID1")
        #expect(try await book.read(tax, as: db.engine) == ["1"])
        #expect(try await book.read(ids + "ID1") == [])
    }
}
