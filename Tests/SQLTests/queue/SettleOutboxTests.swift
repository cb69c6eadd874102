import Postgres
import TestSupport
import Testing

/// queue.settle_outbox: delivered, tried again, or dead.
@Suite(.database, .serialized) struct SettleOutboxTests {
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

    @Test func `by the one who has it`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'invoice.paid', '{"n": 1}', null)
            """, as: db.engine)
        #expect(try await book.read(Self.take, as: db.engine) == ["1"])
        #expect(
            try await book.read(
                """
                select queue.settle_outbox(gen_random_uuid(), array[o.tenant_id], array[o.id],
                    array[null]::text[])::text from queue.outbox o where o.tenant_id = TENANT
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id],
                    array['boom']::text[])::text
                  from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
                """, as: db.engine
            ) == ["1"])
        #expect(try await book.read(Self.events) == ["1 ready 1 boom"])
        #expect(try await book.read(Self.take, as: db.engine) == [])
        try await book.run("update queue.outbox set available_at = now() where tenant_id = TENANT")
        #expect(try await book.read(Self.take, as: db.engine) == ["1"])
        #expect(
            try await book.read(
                """
                select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array[null]::text[])::text
                  from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
                """, as: db.engine
            ) == ["1"])
        #expect(try await book.read(Self.events) == ["1 delivered 2"])
    }

    @Test func `what is final is dead at once, and why each attempt failed is kept`() async throws {
        let book: Book = try await db.book()
        try await book.run("select queue.emit(TENANT, 'mail.x', '{\"n\": 1}')", as: db.engine)
        for isFinal in [false, true] {
            try await book.run("update queue.outbox set available_at = now() where tenant_id = TENANT")
            #expect(try await book.read(Self.take, as: db.engine) == ["1"])
            try await book.run(
                """
                select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array['boom'],
                                           array[\(isFinal)])
                  from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
                """, as: db.engine)
        }
        #expect(try await book.read(Self.events) == ["1 dead 2 boom"])
        let failures = try await book.read(
            "select unnest(failures) from queue.outbox where tenant_id = TENANT")
        #expect(failures.count == 2 && failures.allSatisfy { $0.hasSuffix("Z boom") })
    }

    @Test func `what has an end is tried until then, and not so many times`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.emit(TENANT, 'mail.x', '{"n": 1}', p_expires_at => now() + interval '1 day',
                              p_max_attempts => 1),
                   queue.emit(TENANT, 'mail.x', '{"n": 2}', p_max_attempts => 1)
            """, as: db.engine)
        #expect(try await book.read(Self.take, as: db.engine) == ["1", "2"])
        try await book.run(
            """
            select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array['boom'])
              from queue.outbox o where o.tenant_id = TENANT and o.state = 'running'
            """, as: db.engine)
        #expect(try await book.read(Self.events) == ["1 ready 1 boom", "2 dead 1 boom"])
    }

    @Test func `lists of different lengths are refused`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select queue.settle_outbox(ID1, array[TENANT], array[ID1, ID2], array[null]::text[])
                """, as: db.engine
            ) == Refusal("22023"))
    }
}
