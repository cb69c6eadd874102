import Postgres
import TestSupport
import Testing

/// billing.tiered_tax: an amount in parts, each at the rate of its tier.
@Suite(.database) struct TieredTaxTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `each part has the rate of its tier`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.taxes (tenant_id, id, code, name, jurisdiction, level, calculation, categories)
            values (TENANT, ID1, 'T', 'Tiered', 'US', 'state', 'tiered', '{voice}');
            insert into billing.tax_rates (tenant_id, id, tax_id, rate, source, valid_from)
            values (TENANT, ID2, ID1, 0.05, 'x', '2026-01-01'), (TENANT, ID3, ID1, 0.05, 'x', '2027-01-01');
            insert into billing.tax_rate_tiers (tenant_id, tax_rate_id, above_amount, rate)
            values (TENANT, ID2, 100, 0.02), (TENANT, ID2, 1000, 0)
            """)
        for (rate, amount, tax) in [
            ("ID2", "0", "0"), ("ID2", "-5", "0"), ("ID2", "99.99", "4.9995"), ("ID2", "100", "5"),
            ("ID2", "100.01", "5.0002"), ("ID2", "1000", "23"), ("ID2", "5000", "23"),
            ("ID3", "5000", "250"),  // without tiers its own rate holds for all
        ] {
            #expect(
                try await book.read("select trim_scale(billing.tiered_tax(TENANT, \(rate), 0.05, \(amount)))::text")
                    == [tax], "\(rate) \(amount)")
        }
    }
}
