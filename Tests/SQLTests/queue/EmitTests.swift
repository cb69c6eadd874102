import Postgres
import TestSupport
import Testing

/// queue.emit: an event goes out if its transaction commits.
@Suite(.database) struct EmitTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let events =
        """
        select concat_ws(' ', payload ->> 'n', state, attempts, last_error) from queue.outbox
            where tenant_id = TENANT order by id
        """

    @Test func `and only then`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 1}', null)
            """, as: db.engine)
        #expect(
            try await book.refusal(
                """
                select queue.emit(TENANT, 'invoice.paid', '{"n": 2}', null); select 1 / 0
                """, as: db.engine
            ) == Refusal("22012"))
        #expect(try await book.read(Self.events) == ["1 ready 0"])
    }

    @Test func `it may have an end, and attempts of its own`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'a', '{}'),
                   queue.emit(TENANT, 'b', '{}', p_expires_at => now() + interval '1 h', p_max_attempts => 3)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', topic, max_attempts, expires_at > now()) from queue.outbox
                 where tenant_id = TENANT order by topic
                """) == ["a 12", "b 3 t"])
    }

    @Test func `a topic is a dotted name, a payload has a bound`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select queue.emit(TENANT, 'Invoice paid', '{}')", as: db.engine)
                == Refusal("23514", "event_topic_is_a_dotted_name"))
        #expect(
            try await book.refusal(
                """
                select queue.emit(TENANT, 'a', to_jsonb(repeat('x', 262144)))
                """, as: db.engine
            ) == Refusal("23514", "event_payload_is_not_above_256_kb"))
    }
}
