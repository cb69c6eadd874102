import Postgres
import TestSupport
import Testing

/// billing.rate_card_rates: what a plan charges at a moment.
@Suite(.database) struct RateCardRatesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let rates =
        """
        insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from, valid_to) values
            (TENANT, TENANT, '1', 0.01, '2026-01-01', null), (TENANT, TENANT, '1', 0.00125, '2026-06-01', null),
            (TENANT, TENANT, '44', 0.03, '2026-01-01', '2026-02-01')
        """

    @Test func `the latest row of each prefix that holds, prices as strings`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.rates)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', r ->> 'prefix', r -> 'rate', r -> 'rate_local')
                  from jsonb_array_elements(billing.rate_card_rates(TENANT, TENANT, '2026-07-01') -> 'voice') r
                """
            ) == ["1 \"0.00125\""])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', r ->> 'prefix', r -> 'rate')
                  from jsonb_array_elements(billing.rate_card_rates(TENANT, TENANT, '2026-01-15') -> 'voice') r
                 order by 1
                """
            ) == ["1 \"0.01\"", "44 \"0.03\""])
    }

    @Test func `a disabled row is not there`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.rates)
        try await book.run(
            """
            update billing.voice_rates set disabled = rate = 0.00125 or prefix = '44' where tenant_id = TENANT
            """)
        let voice = try await book.read(
            """
            select concat_ws(' ', r ->> 'prefix', r -> 'rate')
              from jsonb_array_elements(billing.rate_card_rates(TENANT, TENANT, '2026-07-01') -> 'voice') r
            """)
        #expect(voice == ["1 \"0.01\""])
    }

    @Test func `an empty plan has empty lists`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.read(
                """
                select (billing.rate_card_rates(TENANT, TENANT, now()) - 'plan')::text
                """
            ) == ["{\"voice\": [], \"format\": 1, \"bundles\": [], \"numbers\": [], \"messaging\": []}"])
    }
}
