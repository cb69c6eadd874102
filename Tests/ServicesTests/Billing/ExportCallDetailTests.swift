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
        #expect(rows.allSatisfy { $0.count == 14 })
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
}
