import Postgres
import TestSupport
import Testing

/// billing.convert: amounts in another currency.
@Suite(.database) struct ConvertTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `by the latest rate that holds, the quoted way first`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.exchange_rates (tenant_id, base, quote, rate, source, valid_from) values
                (TENANT, 'EUR', 'USD', 1.1, 'x', '2026-01-01'), (TENANT, 'EUR', 'USD', 1.25, 'x', '2026-02-01'),
                (TENANT, 'USD', 'EUR', 0.9, 'x', '2026-03-01')
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', billing.convert(TENANT, 10, 'EUR', 'USD', '2026-01-15'),
                                 billing.convert(TENANT, 10, 'EUR', 'USD', '2026-02-01'),
                                 billing.convert(TENANT, 10, 'USD', 'EUR', '2026-02-15'),
                                 billing.convert(TENANT, 10, 'USD', 'EUR', '2026-03-15'),
                                 billing.convert(TENANT, 10, 'USD', 'USD', '2000-01-01'))
                """
            ) == ["11.00000000 12.50000000 8.00000000 9.00000000 10"])
    }

    @Test func `without a rate it is refused`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select billing.convert(TENANT, 10, 'EUR', 'USD', '2026-01-15')")
                == Refusal("P0002", "exchange_rate_is_known"))
    }
}
