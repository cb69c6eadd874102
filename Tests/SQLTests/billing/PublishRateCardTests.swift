import Postgres
import TestSupport
import Testing

/// billing.publish_rate_card: versions of a plan.
@Suite(.database) struct PublishRateCardTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `each is the next, with what held at its moment, and a digest`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from, valid_to) values
                (TENANT, TENANT, '1', 0.01, '2026-01-01', null), (TENANT, TENANT, '1', 0.00125, '2026-06-01', null),
                (TENANT, TENANT, '44', 0.03, '2026-01-01', '2026-02-01')
            """)
        try await book.run(
            """
            select billing.publish_rate_card(TENANT, TENANT, '2026-01-15'), billing.publish_rate_card(TENANT,
                TENANT, '2026-07-01')
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', version, status, currency, rate_count,
                                 digest = encode(sha256(convert_to(rates::text, 'UTF8')), 'hex'))
                  from billing.rate_cards where tenant_id = TENANT order by version
                """
            ) == ["1 published USD 2 t", "2 published USD 1 t"])
    }

    @Test func `a plan that is not there has none`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select billing.publish_rate_card(TENANT, ID1, now())")
                == Refusal("23503"))
    }

    @Test func `staff may, people of an account may not`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select core.set_context(TENANT, 'tenant', null, null); select billing.publish_rate_card(TENANT, TENANT,
                now())
            """, as: db.app)
        #expect(
            try await book.refusal(
                """
                select core.set_context(TENANT, 'account', array[ACCOUNT], null);
                    select billing.publish_rate_card(TENANT, TENANT, now())
                """, as: db.app
            ) == Refusal("23503"))
    }
}
