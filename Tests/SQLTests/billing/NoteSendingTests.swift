import Postgres
import TestSupport
import Testing

/// billing.note_sending: what becomes of a mail becomes of its sending.
@Suite(.database, .serialized) struct NoteSendingTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let state =
        """
        select concat_ws(' ', s.status, s.attempts, cardinality(s.failures), s.sent_at is not null,
                         s.failed_at is not null, i.sent_at is not null)
          from billing.invoice_sendings s join billing.invoices i on i.tenant_id = s.tenant_id and i.id = s.invoice_id
         where s.tenant_id = TENANT order by s.id
        """

    /// Takes what waits, and says what came of it.
    private func attempt(_ book: Book, _ error: String, isFinal: Bool = false) async throws {
        try await book.run("update queue.outbox set available_at = now() where tenant_id = TENANT and state = 'ready'")
        try await book.run("select queue.take_outbox('w', 100, 60, 'mail.')", as: db.engine)
        #expect(try await book.read(Self.state).last?.hasPrefix("sending") == true)
        try await book.run(
            """
            select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array[\(error)]::text[],
                                       array[\(isFinal)])
              from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
            """, as: db.engine)
    }

    private func sending() async throws -> Book {
        let book: Book = try await db.book()
        try await book.draft("ID3", ["10"])
        try await book.run(
            """
            select billing.finalise_invoice(TENANT, ID3);
            select billing.send_invoice(TENANT, ID3, '{a@x.example}')
            """, as: db.engine)
        return book
    }

    @Test func `it waits again after a failure, and once it is sent so is the invoice`() async throws {
        let book = try await sending()
        #expect(try await book.read(Self.state) == ["queued 0 0 f f f"])
        try await attempt(book, "'451'")
        #expect(try await book.read(Self.state) == ["queued 1 1 f f f"])
        try await attempt(book, "null")
        #expect(try await book.read(Self.state) == ["sent 2 1 t f t"])
        #expect(
            try await book.read(
                """
                select payload ->> 'recipients' from integration.events
                 where tenant_id = TENANT and type = 'invoice.sent'
                """) == [#"["a@x.example"]"#])
    }

    @Test func `an invoice that may have arrived is a sent one, and its sending is not`() async throws {
        let book = try await sending()
        try await book.run("select queue.take_outbox('w', 100, 60, 'mail.')", as: db.engine)
        try await book.run(
            """
            select queue.extend_outbox(o.tenant_id, o.id, o.lease_token, 60, true)
              from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
            """, as: db.engine)
        try await book.run("update queue.outbox set leased_until = now() - interval '1 s' where tenant_id = TENANT")
        try await book.run("select queue.take_outbox('w', 100, 60, 'mail.')", as: db.engine)
        #expect(try await book.read(Self.state) == ["sending 2 1 f f t"])
        #expect(
            try await book.refusal("select billing.void_invoice(TENANT, ID3, 'wrong')", as: db.engine)
                == Refusal("23514", "void_invoice_is_unpaid_and_unsent"))
    }

    @Test func `what is refused for good has failed, and the invoice was not sent`() async throws {
        let book = try await sending()
        try await attempt(book, "'550'", isFinal: true)
        #expect(try await book.read(Self.state) == ["failed 1 1 f t f"])
        let told = "select type from integration.events where tenant_id = TENANT and type = 'invoice.sent'"
        #expect(try await book.read(told) == [])
    }
}
