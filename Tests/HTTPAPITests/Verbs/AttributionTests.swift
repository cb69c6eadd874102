import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What money does by the API is in the audit trail with the request that asked for it.
@Suite(.database) struct AttributionTests {
    /// An account with a charge that is due, and a seller.
    private func prepare(_ api: ResourceServer) async throws -> UUID {
        let (tenant, account) = (api.mine.id, UUID())
        for statement: SQL in [
            """
            insert into accounts.accounts (tenant_id, id, ban, name, created_at)
            values (\(tenant), \(account), \(String(account.uuidString.filter(\.isHexDigit).prefix(12))), 'Test',
                    now() - interval '3 months')
            """,
            """
            insert into billing.legal_entities (tenant_id, name, legal_name, tax_number, street, city, region,
                postal_code, country, email, invoice_prefix, credit_note_prefix, is_default, payment_details)
            values (\(tenant), 'Seller', 'Tidewater Voice Inc.', '98-7654321', '1 Harbor Way', 'Norfolk', 'VA', '23510',
                    'US', 'billing@tidewater.example', 'INV-', 'CN-', true, 'Bank of the Harbor')
            """,
            """
            insert into billing.charges (tenant_id, account_id, kind, description, unit_amount, charged_on)
            values (\(tenant), \(account), 'setup', 'Set-up', 100, (now() - interval '2 months')::date)
            """,
        ] { try await api.server.database.owner.run(statement) }
        return account
    }

    /// What a request changed: action and table, and whether who asked, from where and as which user is right.
    private func trail(
        _ answer: TestServer.Answer, _ api: ResourceServer, actor: String, user: UUID? = nil
    ) async throws -> [String] {
        let request = try #require(answer.headers.first(name: "Request-Id").flatMap { UUID(uuidString: $0) })
        return try await api.server.database.owner.run(
            """
            select distinct action || ' ' || object || case
                       when actor = \(actor) and host(source) = '127.0.0.1'
                            and user_id is not distinct from \(user)::uuid then ''
                       else ' by ' || actor end
              from audit.audit_log where tenant_id = \(api.mine.id) and request_id = \(request) order by 1
            """
        ).values(String.self)
    }

    @Test func `a payment, a refund and an invoice are attributed to their requests, with key or user`() async throws {
        try await LoginServer.run { login in
            let api = login.api
            let account = try await prepare(api)
            let (id, email) = try await login.person()
            let user = try #require(UUID(uuidString: id))
            let token = try await login.token(email)

            let run = try await login.post("/v1/billing/invoice_runs", ["finalise": true], key: token)
            #expect(run.status == 200 && run.text.contains("INV-"), "\(run.text)")
            let invoiced = try await trail(run, api, actor: email, user: user)
            #expect(invoiced.contains("insert billing.invoices") && invoiced.contains("update billing.invoices"))
            #expect(invoiced.allSatisfy { !$0.contains(" by ") }, "\(invoiced)")
            // Nothing of it was done in nobody's name.
            let others = try await api.server.database.owner.run(
                """
                select count(*) from audit.audit_log
                 where tenant_id = \(api.mine.id) and object like 'billing.invoice%' and request_id is null
                """
            ).value(Int.self)
            #expect(others == 0)

            let paid = try await api.send(
                .POST, "/v1/billing/payments", #"{"account_id":"\#(account.text)","amount":"150","reference":"W1"}"#)
            #expect(paid.status == 201, "\(paid.text)")
            let recorded = try await trail(paid, api, actor: "api key test")
            #expect(recorded.contains("insert billing.payments"))
            #expect(recorded.contains("insert billing.payment_applications"))
            #expect(recorded.allSatisfy { !$0.contains(" by ") }, "\(recorded)")

            let path = "/v1/billing/payments/\(try paid.member("id"))/refund"
            let back = try await login.post(
                path, ["amount": "20", "reason": "goodwill", "reference": "R1"], key: token)
            #expect(back.status == 200, "\(back.text)")
            let refunded = try await trail(back, api, actor: email, user: user)
            #expect(refunded.contains("insert billing.refunds") && refunded.allSatisfy { !$0.contains(" by ") })
            let byKey = try await api.send(
                .POST, path, #"{"amount":"10","reason":"goodwill","reference":"R2"}"#)
            #expect(byKey.status == 200, "\(byKey.text)")
            #expect(try await trail(byKey, api, actor: "api key test").contains("insert billing.refunds"))
        }
    }
}
