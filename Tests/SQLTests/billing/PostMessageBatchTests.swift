import Postgres
import TestSupport
import Testing

/// billing.post_message_batch: those that are named, and nobody calls it but billing.post_messages.
@Suite(.database) struct PostMessageBatchTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the messages that are named are priced and posted`() async throws {
        let book: Book = try await db.book()
        try await book.run(MessagePriceTests.plan)
        try await book.run(
            """
            insert into messaging.mdr (tenant_id, accepted_at, answered_at, id, account_id, segments, sender, currency,
                                       direction, status, recipient)
            select TENANT, '2026-05-01', '2026-05-01', i, ACCOUNT, 3, '+13125550100', 'USD', 'outbound', 'sent', n
              from (values (ID1, '+12125550100'), (ID2, '+442079460000'), (ID3, '+12125550100')) v (i, n);
            """)
        let post = """
            select posted || ' ' || set_aside
              from billing.post_message_batch(TENANT, array[ID1, ID2], array['2026-05-01', '2026-05-01']::timestamptz[])
            """
        #expect(try await book.read(post) == ["1 1"])
        let done = """
            select count(posted_at) || ' ' || count(rating_error) from messaging.mdr where tenant_id = TENANT
            """
        #expect(try await book.read(done) == ["1 1"])
        #expect(try await book.refusal(post, as: db.engine) == Refusal("42501"))
    }
}
