import Postgres
import TestSupport
import Testing

/// billing.keep_rate_card: a published card stays as it was.
@Suite(.database) struct KeepRateCardTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `it is withdrawn once, and never changed`() async throws {
        let book: Book = try await db.book()
        try await book.run("select billing.publish_rate_card(TENANT, TENANT, now())")
        #expect(
            try await book.refusal("update billing.rate_cards set rates = '{}' where tenant_id = TENANT")
                == Refusal("23001", "rate_card_is_kept_as_published"))
        try await book.run(
            """
            update billing.rate_cards set status = 'withdrawn', withdrawn_at = now() where tenant_id = TENANT
            """)
        #expect(
            try await book.refusal(
                """
                update billing.rate_cards set status = 'published', withdrawn_at = null where tenant_id = TENANT
                """
            ) == Refusal("23001", "rate_card_is_kept_as_published"))
    }
}
