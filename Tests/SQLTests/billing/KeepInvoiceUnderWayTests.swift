import Postgres
import TestSupport
import Testing

/// billing.keep_invoice_under_way: what is on its way is not taken back.
@Suite(.database, .serialized) struct KeepInvoiceUnderWayTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `an invoice is not taken back while it is being sent, and may be when that failed`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID3", ["10"])
        try await book.run(
            """
            select billing.finalise_invoice(TENANT, ID3);
            select billing.send_invoice(TENANT, ID3, '{a@x.example}');
            select queue.take_outbox('w', 100, 60, 'mail.')
            """, as: db.engine)
        let void = "select billing.void_invoice(TENANT, ID3, 'wrong')::text"
        #expect(
            try await book.refusal(void, as: db.engine) == Refusal("23514", "void_invoice_is_unpaid_and_unsent"))
        try await book.run(
            """
            select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array['451'])
              from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
            """, as: db.engine)
        #expect(try await book.read(void, as: db.engine) == ["true"])
    }
}
