import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Invoices that are sent by staff, over HTTP.
@Suite(.database) struct SendInvoiceVerbTests {
    /// An operator with a final invoice, and a key of all.
    private static func seller(_ api: ResourceServer) async throws -> (owner: TestOperator, invoice: UUID, key: String)
    {
        let tenant = UUID()
        try await api.server.database.makeFullTenant(tenant)
        let account = FullTenant.part(1, of: tenant)
        let owner = TestOperator(id: tenant, ban: "", account: account, database: api.server.database)
        let key = try await owner.key(try await ResourceServer.permissions(api.server.database)).text
        return (owner, account, key)
    }

    @Test func `an invoice is queued once for a key, and the sending can be looked at`() async throws {
        try await ResourceServer.run { api in
            let (owner, invoice, key) = try await Self.seller(api)
            let path = "/v1/billing/invoices/\(invoice.text)/send"
            let once = [("Idempotency-Key", "one")]
            let first = try await api.send(.POST, path, #"{"to":["a@x.example","b@x.example"]}"#, key: key, once)
            #expect(first.status == 202, "\(first.text)")
            #expect(first.text.contains(#""recipients":["a@x.example","b@x.example"]"#))
            let again = try await api.send(.POST, path, #"{"to":["a@x.example","b@x.example"]}"#, key: key, once)
            #expect(try again.member("id") == first.member("id"))
            let shown = try await api.get("/v1/billing/invoice_sendings/\(try first.member("id"))", key: key)
            #expect(shown.status == 200 && shown.text.contains("a@x.example"), "\(shown.text)")
            #expect(try shown.member("status") == "queued" && shown.member("invoice_id").lowercased() == invoice.text)
            let mails = try await api.server.database.owner.run(
                "select count(*) from queue.outbox where tenant_id = \(owner.id) and topic = 'mail.invoice'"
            ).value(Int.self)
            #expect(mails == 1)
        }
    }

    @Test func `how the mail fares is for staff, and not for the account`() async throws {
        try await ResourceServer.run { api in
            let (owner, invoice, key) = try await Self.seller(api)
            let path = "/v1/billing/invoices/\(invoice.text)/send"
            let id = try await api.send(.POST, path, #"{"to":["a@x.example"]}"#, key: key).member("id")
            let theirs = try await owner.key(["billing:read"]) { $0.account = owner.account }.text
            let shown = try await api.get("/v1/billing/invoice_sendings/\(id)", key: theirs)
            #expect(shown.status == 200 && shown.text.contains("a@x.example"), "\(shown.text)")
            for name in ["failures", "attempts"] { #expect(!shown.text.contains("\"\(name)\""), "\(shown.text)") }
            let staff = try await api.get("/v1/billing/invoice_sendings/\(id)", key: key)
            #expect(staff.text.contains("\"failures\"") && staff.text.contains("\"attempts\""), "\(staff.text)")
        }
    }

    @Test func `who is named nowhere gets nothing, and the account's own address is where it goes`() async throws {
        try await ResourceServer.run { api in
            let (owner, invoice, key) = try await Self.seller(api)
            let path = "/v1/billing/invoices/\(invoice.text)/send"
            let database = api.server.database
            try await database.owner.run(
                "update billing.billing_profiles set email = null where tenant_id = \(owner.id)")
            let nobody = try await api.send(.POST, path, "{}", key: key)
            #expect(nobody.status == 422 && nobody.text.contains("#/to"), "\(nobody.text)")
            try await database.owner.run(
                """
                update accounts.contacts set kind = 'billing', email = 'pay@x.example'
                 where tenant_id = \(owner.id) and account_id = \(owner.account)
                """)
            let sent = try await api.send(.POST, path, "{}", key: key)
            #expect(sent.status == 202 && sent.text.contains("pay@x.example"), "\(sent.text)")
        }
    }

    @Test func `what is wrong is told with its place, and what is not there is not found`() async throws {
        try await ResourceServer.run { api in
            let (_, invoice, key) = try await Self.seller(api)
            let path = "/v1/billing/invoices/\(invoice.text)/send"
            for (body, status, pointer) in [
                (#"{"to":["a@x.example","nobody"]}"#, 422, "#/to/1"),
                (#"{"to":["a@x.example\r\nBcc: b@x.example"]}"#, 422, "#/to/0"),
                (#"{"to":"a@x.example"}"#, 400, "#/to"), (#"{"cc":[]}"#, 400, "#/cc"),
            ] {
                let answer = try await api.send(.POST, path, body, key: key)
                #expect(answer.status == status && answer.text.contains("\"pointer\":\"\(pointer)\""), "\(answer.text)")
            }
            let other = "/v1/billing/invoices/\(UUID().text)/send"
            #expect(try await api.send(.POST, other, #"{"to":["a@x.example"]}"#, key: key).status == 404)
            // Another operator's is not there.
            #expect(try await api.send(.POST, path, #"{"to":["a@x.example"]}"#).status == 404)
        }
    }
}
