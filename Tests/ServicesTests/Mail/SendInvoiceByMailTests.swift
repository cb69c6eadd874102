import Foundation
import Mail
import Postgres
import Services
import TestSupport
import Testing

/// Invoices on their way to customers, by a real mail server, printed by the real printer.
@Suite(.database, .serialized) struct SendInvoiceByMailTests {
    /// A final invoice of an account whose documents go to an address.
    private static func invoice(_ mail: MailFixture, to email: String) async throws -> (BilledTenant, UUID) {
        let tenant = try await BilledTenant(mail.db, accounts: 1)
        try await tenant.call(3)
        _ = try await tenant.invoice { $0.finalises = true }
        try await tenant.run(
            """
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, email)
            select TENANT, a.id, TENANT, '\(email)' from accounts.accounts a where a.tenant_id = TENANT
            on conflict (tenant_id, account_id) do update set email = excluded.email
            """)
        let id = try await mail.db.owner.run(
            "select id from billing.invoices where tenant_id = \(tenant.id) and number is not null"
        ).value(UUID.self)
        return (tenant, try #require(id))
    }

    private static func send(
        _ invoice: UUID, of tenant: BilledTenant, to addresses: [String] = []
    ) async throws -> SendInvoice.Queued {
        let scope = RequestScope(tenant: tenant.id, actor: "test")
        return try await tenant.database.engine.transaction(
            context: scope.opening, statementTimeout: .seconds(10)
        ) { session in
            try await SendInvoice.queue(invoice, to: addresses, scope, session)
        }
    }

    private static func sendings(_ tenant: BilledTenant) async throws -> [String] {
        try await tenant.read(
            """
            select concat_ws(' ', status, attempts, array_to_string(recipients, ' ')) from billing.invoice_sendings
             where tenant_id = TENANT order by id
            """)
    }

    private static func text(of pdf: Data) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "mailed-\(UUID().uuidString).pdf")
        try pdf.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // the system's sweep would do it
        let (reader, output) = (Process(), Pipe())
        reader.executableURL = URL(filePath: "/usr/bin/pdftotext")
        reader.arguments = [file.path, "-"]
        reader.standardOutput = output
        try reader.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        reader.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `an invoice arrives with a PDF that can be read, and is sent from then on`() async throws {
        try await MailFixture.run { mail in
            let (tenant, id) = try await Self.invoice(mail, to: "billing@customer.example")
            let queued = try await Self.send(id, of: tenant)
            #expect(queued.recipients == ["billing@customer.example"] && queued.status == "queued")
            #expect(try await Self.send(id, of: tenant).id == queued.id)  // it waits to go there already
            try await mail.sender()()
            #expect(mail.reports.lines == [])
            let taken = try #require(try mail.server.taken.first)
            #expect(try mail.server.taken.count == 1 && taken.recipients == ["billing@customer.example"])
            #expect(taken.headers["message-id"] == "<\(queued.id.uuidString.lowercased())@tidewater.example>")
            #expect(taken.headers["subject"]?.hasPrefix("Invoice INV-") == true)
            #expect(taken.headers["from"]?.contains("Tidewater Voice Inc.") == true)
            #expect(taken.headers["reply-to"] == "billing@tidewater.example")
            let file = try #require(taken.attachments.first)
            let numbers = try await tenant.read("select number from billing.invoices where tenant_id = TENANT")
            let number = try #require(numbers.first)
            #expect(file.name == "\(number).pdf" && file.type == "application/pdf")
            let page = try Self.text(of: file.content)
            #expect(page.contains(number) && page.contains("Customer 1"))
            #expect(try await Self.sendings(tenant) == ["sent 1 billing@customer.example"])
            let told = try await tenant.read(
                """
                select e.payload ->> 'invoice_id' from integration.events e
                 where e.tenant_id = TENANT and e.type = 'invoice.sent'
                   and exists (select from billing.invoices i where i.tenant_id = TENANT and i.sent_at is not null)
                """)
            #expect(told == [id.uuidString.lowercased()])
        }
    }

    @Test func `to whom it is said, and what is refused leaves it unsent`() async throws {
        try await MailFixture.run { mail in
            let (tenant, id) = try await Self.invoice(mail, to: "billing@customer.example")
            _ = try await Self.send(id, of: tenant, to: ["a@customer.example", "refused@customer.example"])
            try await mail.sender()()
            #expect(try await Self.sendings(tenant) == ["failed 1 a@customer.example refused@customer.example"])
            #expect(try mail.server.taken.isEmpty && mail.reports.lines.count == 1)
            let unsent = try await tenant.read(
                "select number from billing.invoices where tenant_id = TENANT and sent_at is null")
            #expect(unsent.count == 1)
        }
    }

    @Test func `an invoice that was taken back meanwhile is not sent`() async throws {
        try await MailFixture.run { mail in
            let (tenant, id) = try await Self.invoice(mail, to: "billing@customer.example")
            _ = try await Self.send(id, of: tenant)
            #expect(try await ListInvoices(mail.db.engine, tenant: tenant.id).void(id, reason: "wrong"))
            try await mail.sender()()
            #expect(try await Self.sendings(tenant) == ["failed 1 billing@customer.example"])
            #expect(try mail.server.taken.isEmpty)
        }
    }

    @Test func `an invoice that the customer may have is not taken back`() async throws {
        try await MailFixture.run { mail in
            let (tenant, id) = try await Self.invoice(mail, to: "dropped@customer.example")
            _ = try await Self.send(id, of: tenant)
            try await mail.sender()()
            #expect(try mail.server.taken.count == 1)
            #expect(try await Self.sendings(tenant) == ["queued 1 dropped@customer.example"])
            await #expect(throws: (any Error).self) {
                try await ListInvoices(mail.db.engine, tenant: tenant.id).void(id, reason: "wrong")
            }
            let unsent = try await tenant.read(
                "select number from billing.invoices where tenant_id = TENANT and sent_at is null")
            #expect(unsent.isEmpty)
        }
    }

    @Test func `an account's own address that takes no mail is told before anything waits`() async throws {
        try await MailFixture.run { mail in
            let (tenant, id) = try await Self.invoice(mail, to: "büro@customer.example")
            let fault = await #expect(throws: ResourceFault.self) { try await Self.send(id, of: tenant) }
            #expect(fault?.kind == .refused && fault?.values.map(\.pointer) == ["/to"])
            #expect(try await Self.sendings(tenant) == [])
        }
    }

    @Test func `an address that is none is told with its place`() async throws {
        try await MailFixture.run { mail in
            let (tenant, id) = try await Self.invoice(mail, to: "billing@customer.example")
            let fault = await #expect(throws: ResourceFault.self) {
                try await Self.send(id, of: tenant, to: ["a@customer.example", "a@b\r\nBcc: c@d"])
            }
            #expect(fault?.values.map(\.pointer) == ["/to/1"])
            let missing = await #expect(throws: ResourceFault.self) { try await Self.send(UUID(), of: tenant) }
            #expect(missing?.kind == .notFound)
        }
    }
}
