import Crypto
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// The list of the calls of an invoice.
@Suite(.database) struct ExportCallDetailTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase.suite }

    /// The invoice of an account that made some calls in May.
    private func invoice(calls: Int) async throws -> (BilledTenant, UUID) {
        let tenant = try await BilledTenant(database, accounts: 1)
        try await tenant.call(calls)
        let result = try await tenant.invoice { $0.finalises = true }
        return (tenant, try #require(result.cycles.first?.invoiceID))
    }

    @Test func `the amounts add up to the usage as invoiced, and the digest is that of the file`() async throws {
        let (tenant, invoice) = try await invoice(calls: 5)
        var file: [UInt8] = []
        let detail = try await ExportCallDetail(database.engine, tenant: tenant.id)(
            invoice, write: { file += $0 }
        ).detail
        #expect(detail.calls == 5)
        #expect(detail.digest == SHA256.hash(data: file).map { String(format: "%02x", $0) }.joined())
        let lines = String(decoding: file, as: UTF8.self).components(separatedBy: "\r\n").dropLast()
        #expect(lines.first == ExportCallDetail.header)
        let rows = lines.dropFirst().map { $0.components(separatedBy: ",") }
        #expect(rows.allSatisfy { $0.count == 15 })
        #expect(
            rows[0][..<12].joined(separator: ",") == "2026-05-12T13:00:00.000Z,outbound,12125550100,14155550100,US,"
                + "interstate,6.000,6,0.10000000,0.00000000,0.01000001,USD")
        #expect(rows.last?[1] == "rounding")
        let sum = try rows.reduce(into: 0) { sum, row in sum += try #require(Decimal(string: row[10])) }
        #expect(sum == Decimal(string: "0.15"))
        #expect(
            try await tenant.read(
                "select concat_ws(' ', detail_digest, detail_calls) from billing.invoices where tenant_id = TENANT")
                == ["\(detail.digest) 5"])
        // Made again it is the same.
        #expect(try await ExportCallDetail(database.engine, tenant: tenant.id)(invoice).detail == detail)
    }

    @Test func `calls that were changed since are not passed off as those of the invoice`() async throws {
        let (tenant, invoice) = try await invoice(calls: 2)
        try await tenant.run("update cdr.enriched_cdr set sell_amount = 7 where tenant_id = TENANT")
        await #expect(throws: BillingFailure.self) {
            try await ExportCallDetail(database.engine, tenant: tenant.id)(invoice)
        }
    }

    @Test func `a reseller's list has the calls of the accounts below it, by what it is charged for them`() async throws
    {
        let tenant = try await BilledTenant(database, accounts: 2)
        try await tenant.run(
            "update accounts.accounts set kind = 'reseller' where tenant_id = TENANT and name = 'Customer 1'")
        try await tenant.call(3)
        try await tenant.run(
            """
            insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level,
                                           rate_plan_id, rate_id, rate, connect_fee, initial_s, next_s, billed_s,
                                           currency, amount, sold_currency, sold_amount, posted_at)
            select TENANT, e.started_at, gen_random_uuid(), e.id, r.id, e.account_id, 1, TENANT, TENANT, 0.05, 0, 60,
                   60, 60, 'USD', 0.00400001, 'USD', e.sell_amount, e.posted_at
              from cdr.enriched_cdr e
              join accounts.accounts r on r.tenant_id = TENANT and r.name = 'Customer 1'
             where e.tenant_id = TENANT and e.account_id <> r.id;
            select billing.post_calls(TENANT, array_agg(l.id), array_agg(l.account_id), array_agg(null::uuid),
                                      array_agg(l.amount::numeric), array_agg(l.started_at))
              from cdr.level_charges l where l.tenant_id = TENANT;
            """)
        let result = try await tenant.invoice { $0.finalises = true }
        let reseller = try await tenant.account(1)
        let invoice = try #require(result.cycles.first { $0.accountID == reseller }?.invoiceID)
        var file: [UInt8] = []
        let detail = try await ExportCallDetail(database.engine, tenant: tenant.id)(
            invoice, write: { file += $0 }
        ).detail
        #expect(detail.calls == 6)
        let lines = String(decoding: file, as: UTF8.self).components(separatedBy: "\r\n").dropLast()
        let rows = lines.dropFirst().map { $0.components(separatedBy: ",") }
        #expect(rows.allSatisfy { $0.count == 15 })
        let customer = try await tenant.account(2)
        let below = rows.filter { $0[14] == customer.text }
        #expect(below.map { $0[10] } == ["0.00400001", "0.00400001", "0.00400001"])
        let ids = try await tenant.read(
            "select cdr_id::text from cdr.level_charges where tenant_id = TENANT order by started_at")
        #expect(below.map { $0[12] } == ids)
        let sum = try rows.reduce(into: 0) { sum, row in sum += try #require(Decimal(string: row[10])) }
        let lineSum = try await tenant.read(
            "select trim_scale(sum(amount))::text from billing.invoice_items where invoice_id = '\(invoice)'")
        #expect([sum.description] == lineSum)
        #expect(try await tenant.faults() == [])
        let document = try await ReadInvoice(database.engine, tenant: tenant.id)(invoice)
        let text = InvoicePage(document, paper: .a4).html
        #expect(text.contains("Outbound calls of accounts below, interstate"))
        #expect(text.contains("outbound, accounts below"))
    }
}
