import Postgres
import TestSupport
import Testing

/// cdr.show_disputes: an invoice is disputed with the sum of what is sent.
@Suite(.database) struct ShowDisputesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `several disputes of one invoice add up, and a paid one stays paid`() async throws {
        let book: Book = try await db.book()
        try await book.compared()
        try await book.run(
            """
            insert into cdr.disputes (tenant_id, id, carrier_id, reference, vendor_invoice_id, currency,
                                      disputed_amount, reason, status, sent_at)
            values (TENANT, ID1, TENANT, 'A', ID4, 'USD', 0.01, 'one', 'sent', now()),
                   (TENANT, ID2, TENANT, 'B', ID4, 'USD', 0.02, 'two', 'sent', now()),
                   (TENANT, ID3, TENANT, 'C', ID4, 'USD', 0.03, 'three', 'draft', null);
            select cdr.show_disputes(TENANT, ID4);
            """)
        let invoice =
            """
            select concat_ws('|', status, disputed_amount, dispute_reference) from vendor_mgmt.invoices
             where tenant_id = TENANT
            """
        #expect(try await book.read(invoice).first?.hasPrefix("disputed|0.03000000|") == true)
        try await book.run(
            """
            update cdr.disputes set status = 'withdrawn' where tenant_id = TENANT;
            select cdr.show_disputes(TENANT, ID4);
            update vendor_mgmt.invoices set status = 'approved' where tenant_id = TENANT;
            update vendor_mgmt.invoices set status = 'paid', paid_at = now() where tenant_id = TENANT;
            select cdr.show_disputes(TENANT, ID4);
            """)
        #expect(try await book.read(invoice).first?.hasPrefix("paid|0.00000000|") == true)
    }
}
