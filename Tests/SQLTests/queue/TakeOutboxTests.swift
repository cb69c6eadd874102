import Postgres
import TestSupport
import Testing

/// queue.take_outbox: the oldest first, of one key one after the other.
@Suite(.database, .serialized) struct TakeOutboxTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let events =
        """
        select concat_ws(' ', payload ->> 'n', state, attempts, last_error) from queue.outbox
            where tenant_id = TENANT order by id
        """

    private static let take =
        """
        select payload ->> 'n' from queue.take_outbox('w', 100, 60) where tenant_id = TENANT
        """

    @Test func `the second of a key waits for the first`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 1}', 'k')
            """, as: db.engine)
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 2}', 'k')
            """, as: db.engine)
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 3}', null)
            """, as: db.engine)
        #expect(try await book.read(Self.take, as: db.engine) == ["1", "3"])
        #expect(try await book.read(Self.take, as: db.engine) == [])
        try await book.run(
            """
            select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array[null]::text[])::text
              from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
            """, as: db.engine)
        #expect(try await book.read(Self.take, as: db.engine) == ["2"])
    }

    @Test func `a dead one holds nobody up`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 1}', 'k')
            """, as: db.engine)
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 2}', 'k')
            """, as: db.engine)
        try await book.run("update queue.outbox set max_attempts = 1 where tenant_id = TENANT")
        #expect(try await book.read(Self.take, as: db.engine) == ["1"])
        try await book.run(
            """
            select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array['boom']::text[])::text
              from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
            """, as: db.engine)
        #expect(try await book.read(Self.take, as: db.engine) == ["2"])
    }

    @Test func `by the beginning of a topic, and what has expired is dead`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'mail.a', '{"n": 1}', p_expires_at => now() + interval '1 hour'),
                   queue.emit(TENANT, 'mail.b', '{"n": 2}', p_expires_at => now()),
                   queue.emit(TENANT, 'mails', '{"n": 3}')
            """, as: db.engine)
        #expect(
            try await book.read(
                "select payload ->> 'n' from queue.take_outbox('w', 9, 60, 'mail.') where tenant_id = TENANT",
                as: db.engine) == ["1"])
        #expect(
            try await book.read(Self.events)
                == ["1 running 1", "2 dead 0 its time was over before it was delivered", "3 ready 0"])
    }

    @Test func `what is left to others is not taken`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'mail.a', '{"n": 1}'), queue.emit(TENANT, 'mail.b', '{"n": 2}')
            """, as: db.engine)
        let take =
            """
            select payload ->> 'n' from queue.take_outbox('w', 9, 60, 'mail.', 'mail.a') where tenant_id = TENANT
            """
        #expect(try await book.read(take, as: db.engine) == ["2"])
        #expect(try await book.read(take, as: db.engine) == [])
    }

    @Test func `who lets the time run out loses it`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 1}', null)
            """, as: db.engine)
        #expect(try await book.read(Self.take, as: db.engine) == ["1"])
        try await book.run(
            """
            update queue.outbox set leased_until = now() - interval '1 s' where tenant_id = TENANT
            """)
        #expect(try await book.read(Self.take, as: db.engine) == ["1"])
        #expect(try await book.read(Self.events) == ["1 running 2 the lease of w ran out"])
    }
}
