import Postgres
import TestSupport
import Testing

/// billing.carry_credit: a document does not come to less than nothing.
@Suite(.database) struct CarryCreditTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `what is below zero is a credit that waits for the next invoice`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10", "-25.5"])
        #expect(
            try await book.read("select billing.finalise_invoice(TENANT, ID1)", as: db.engine) == ["INV-000001"])
        #expect(
            try await book.read("select concat_ws(' ', status, total) from billing.invoices where tenant_id = TENANT")
                == ["paid 0.0000"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', kind, amount, charged_on, description) from billing.charges
                 where tenant_id = TENANT
                """) == ["adjustment -15.50000000 2026-02-01 Credit of the invoice for 2026-01-01 to 2026-01-31"])
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
    }

    @Test(arguments: [("-25.5", "-10.00000000", "-15.50000000"), ("-5", "0.00000000", "-5.00000000")])
    func `what the ledger gave already is not taken back and given again`(
        posted: String, added: String, left: String
    ) async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10", "-25.5"])
        try await book.run(
            "update billing.invoice_items set posted_amount = \(posted) where tenant_id = TENANT and amount < 0")
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(
            try await book.read(
                """
                select coalesce(sum(l.available), 0)::numeric(20, 8)::text from billing.ledger l
                 where l.tenant_id = TENANT and l.source = 'invoice'
                """) == [added])
        #expect(
            try await book.read(
                "select amount || ' ' || posted_amount from billing.charges where tenant_id = TENANT"
            ) == ["-15.50000000 \(left)"])
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
    }

    @Test func `an invoice that is voided takes it back, unless the next one has it`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10", "-25.5", "15.5", "1"])
        try await book.run("select billing.carry_credit(TENANT, ID1, 3)", as: db.engine)
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run("select billing.void_invoice(TENANT, ID1, 'x')", as: db.engine)
        #expect(
            try await book.read(
                "select (cancelled_at is not null)::text from billing.charges where tenant_id = TENANT"
            ) == ["true"])
    }

    @Test func `one that came to nothing by what it left is paid at once, and voided all the same`() async throws {
        let book: Book = try await db.book()
        try await book.draft("ID1", ["10", "-25.5"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        #expect(try await book.read("select billing.void_invoice(TENANT, ID1, 'x')::text", as: db.engine) == ["true"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', i.status, c.cancelled_at is not null)
                  from billing.invoices i join billing.charges c on c.tenant_id = i.tenant_id and c.source_id = i.id
                 where i.tenant_id = TENANT
                """) == ["void t"])
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
        #expect(try await book.read("select bucket::text from billing.check_ledger(TENANT)") == [])
    }
}
