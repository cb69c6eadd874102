import Postgres
import TestSupport
import Testing

/// billing.send_invoice: what is to be sent, and to whom.
@Suite(.database) struct SendInvoiceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let sendings =
        """
        select concat_ws(' ', s.status, array_to_string(s.recipients, ','), o.topic,
                         (o.payload ->> 'invoice_id')::uuid = ID3)
          from billing.invoice_sendings s join queue.outbox o on o.tenant_id = s.tenant_id and o.id = s.id
         where s.tenant_id = TENANT order by s.created_at
        """

    private func final() async throws -> Book {
        let book: Book = try await db.book()
        try await book.draft("ID3", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        return book
    }

    @Test func `it goes where it is said, else to the profile's address, else to the billing contacts`() async throws {
        let book = try await final()
        let ask = "select (billing.send_invoice(TENANT, ID3) is not null)::text"
        #expect(
            try await book.refusal(ask, as: db.engine) == Refusal("23514", "invoice_is_sent_to_somebody"))
        try await book.run(
            """
            insert into accounts.contacts (tenant_id, account_id, kind, name, email)
            values (TENANT, ACCOUNT, 'technical', 'T', 'tech@x.example'),
                   (TENANT, ACCOUNT, 'billing', 'B', 'billing@x.example'),
                   (TENANT, ACCOUNT, 'billing', 'C', 'Billing@x.example');
            """)
        #expect(try await book.read(ask, as: db.engine) == ["true"])
        try await book.run(
            """
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, email)
            values (TENANT, ACCOUNT, TENANT, 'profile@x.example')
            on conflict (tenant_id, account_id) do update set email = excluded.email;
            """)
        #expect(try await book.read(ask, as: db.engine) == ["true"])
        try await book.run("select billing.send_invoice(TENANT, ID3, '{a@x.example,b@x.example}')", as: db.engine)
        #expect(
            try await book.read(Self.sendings) == [
                "queued billing@x.example mail.invoice t", "queued profile@x.example mail.invoice t",
                "queued a@x.example,b@x.example mail.invoice t",
            ])
    }

    @Test func `what waits to go there goes there once, and again when that is over`() async throws {
        let book = try await final()
        let ask = "select billing.send_invoice(TENANT, ID3, '{a@x.example}')::text"
        let first = try await book.read(ask, as: db.engine)
        #expect(try await book.read(ask, as: db.engine) == first)
        try await book.run(
            "update queue.outbox set state = 'dead', finished_at = now() where tenant_id = TENANT", as: db.engine)
        #expect(try await book.read(ask, as: db.engine) != first)
    }

    @Test func `a draft is not sent, nor what is not there, nor to nothing that is an address`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID3", ["10"])
        #expect(
            try await book.refusal("select billing.send_invoice(TENANT, ID3, '{a@x.example}')", as: db.engine)
                == Refusal("23514", "only_final_invoices_are_sent"))
        #expect(
            try await book.read("select (billing.send_invoice(TENANT, ID9, '{a@x}') is null)::text", as: db.engine)
                == ["true"])
        try await book.run("select billing.finalise_invoice(TENANT, ID3)", as: db.engine)
        for wrong in ["{a}", "{a@x.example,null}", "{\"a@x.example b@x.example c\"}"] {
            #expect(
                try await book.refusal("select billing.send_invoice(TENANT, ID3, '\(wrong)')", as: db.engine)
                    == Refusal("23514", "recipients_are_addresses"), "\(wrong)")
        }
        #expect(
            try await book.refusal(
                """
                select billing.send_invoice(TENANT, ID3, array(select n || '@x.example' from generate_series(1, 11) n))
                """, as: db.engine) == Refusal("23514", "invoice_is_sent_to_at_most_10_addresses"))
    }

    @Test func `so many wait at most`() async throws {
        let book = try await final()
        let ask = "select billing.send_invoice(TENANT, ID3, array[n || '@x.example'])"
        try await book.run("\(ask) from generate_series(1, 20) n", as: db.engine)
        #expect(
            try await book.refusal("\(ask) from generate_series(21, 21) n", as: db.engine)
                == Refusal("55000", "queue_is_not_full"))
    }
}
