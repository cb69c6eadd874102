import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Sums of a currency that is worth little: a day of it has more digits than an amount.
@Suite(.database) struct LargeSumsTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    /// Sixty calls of ten days at the largest rate: 2.88 thousand millions each, by both sides.
    private static let each = 2_880_000_000
    private static let calls = 60
    private static let sum = "\(each * calls)"

    @Test func `calls are summed up, posted, reported and closed, and nothing stops`() async throws {
        let market = try await RatedMarket(db, currency: "IRR")
        try await market.run(
            """
            update billing.voice_rates set rate = 200000 where tenant_id = TENANT;
            update routing.rate_deck set rate = 200000 where tenant_id = TENANT;
            """)
        let at = try #require(try? Date("2026-09-10T12:00:00Z", strategy: .iso8601))
        for number in 0..<Self.calls {
            try await market.place(.init(at: at.addingTimeInterval(Double(number)), milliseconds: 864_000_000))
        }
        #expect(try await market.rate() == .init(calls: Self.calls, posted: Self.calls))
        #expect(
            try await market.text(
                """
                select concat_ws(' ', (select sum(sell_amount) from cdr.hourly_summary where tenant_id = t.id),
                                 (select sum(buy_amount) from cdr.daily_summary where tenant_id = t.id),
                                 (select count(*) from billing.check_ledger(t.id)),
                                 (select count(*) from cdr.check_sums(t.id, '2026-09-10 00:00+00',
                                                                      '2026-09-11 00:00+00')))
                  from core.tenants t where t.id = \(market.tenant)
                """) == "\(Self.sum).00000000 \(Self.sum).00000000 0 0")
        try await db.engine.run(
            "select cdr.roll_up(\(market.tenant), '2026-09-10 12:00+00', '2026-09-10 13:00+00')")

        let balances = try await ReadBalances(db.engine, tenant: market.tenant)(search: market.account.text)
        #expect(balances.map(\.available.description) == ["-\(Self.sum)"])
        let span = try #require(
            ReportSpan(from: at.addingTimeInterval(-86_400), until: at.addingTimeInterval(86_400)))
        let margin = try await ReportMargin(ReportSource(db.engine), tenant: market.tenant)(by: .customer, in: span)
        #expect(margin.rows.map(\.sell.description) == [Self.sum])
        #expect(margin.rows.map(\.marginPercent) == [0])
    }

    @Test func `an invoice of it is numbered, shown and posted`() async throws {
        let market = try await RatedMarket(db, currency: "IRR")
        let invoice = UUID()
        try await market.run(
            """
            insert into billing.legal_entities (tenant_id, id, name, legal_name, invoice_prefix, credit_note_prefix,
                                                is_default)
            values (TENANT, TENANT, 'Seller', 'Seller Inc', 'INV-', 'CN-', true);
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, currency, minor_digits,
                                          period_from, period_to)
            values (TENANT, '\(invoice)', TENANT, TENANT, 'IRR', 2, '2026-01-01', '2026-02-01');
            insert into billing.charges (tenant_id, account_id, kind, description, unit_amount, charged_on)
            values (TENANT, TENANT, 'adjustment', 'x', 123456789012.5, '2026-01-05');
            select billing.draft_charges(TENANT, array['\(invoice)'::uuid]),
                   billing.tax_invoices(TENANT, array['\(invoice)'::uuid]),
                   billing.total_invoices(TENANT, array['\(invoice)'::uuid]);
            select billing.finalise_invoice(TENANT, '\(invoice)');
            """)
        let document = try await ReadInvoice(db.engine, tenant: market.tenant)(invoice)
        #expect(document.total.description == "123456789012.5")
        #expect(document.total.onDocument(2) == "123,456,789,012.50")
        let balances = try await ReadBalances(db.engine, tenant: market.tenant)(search: market.account.text)
        #expect(balances.map(\.available.description) == ["-123456789012.5"])
        #expect(
            try await market.text("select count(*)::text from billing.check_ledger(\(market.tenant))") == "0")
    }
}
