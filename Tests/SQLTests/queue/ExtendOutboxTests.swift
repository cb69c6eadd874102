import Postgres
import TestSupport
import Testing

/// queue.extend_outbox: who still has it keeps it, and says that it may arrive.
@Suite(.database, .serialized) struct ExtendOutboxTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let state =
        """
        select concat_ws(' ', state, attempts, doubts, leased_until > now() + interval '1 minute') from queue.outbox
         where tenant_id = TENANT
        """

    private static let take = "select from queue.take_outbox('w', 100, 10) where tenant_id = TENANT"

    /// Keeps what is taken for two minutes, as whoever has it.
    private static func extend(_ isDoubtful: Bool, token: String = "lease_token") -> String {
        """
        select queue.extend_outbox(tenant_id, id, \(token), 120, \(isDoubtful))::text
          from queue.outbox where tenant_id = TENANT
        """
    }

    private func taken(_ more: String = "") async throws -> Book {
        let book: Book = try await db.book()
        try await book.run("select queue.emit(TENANT, 'mail.x', '{}'\(more))", as: db.engine)
        try await book.run(Self.take, as: db.engine)
        return book
    }

    @Test func `by the one who has it, and by nobody else`() async throws {
        let book = try await taken()
        let other = Self.extend(true, token: "gen_random_uuid()")
        #expect(try await book.read(other, as: db.engine) == ["false"])
        #expect(try await book.read(Self.state) == ["running 1 0 f"])
        #expect(try await book.read(Self.extend(false), as: db.engine) == ["true"])
        #expect(try await book.read(Self.state) == ["running 1 0 t"])
        #expect(
            try await book.refusal(
                "select queue.extend_outbox(TENANT, ID1, ID1, 0)", as: db.engine) == Refusal("22023"))
    }

    @Test func `a doubt that nobody takes back is kept, and the third is the last`() async throws {
        let book = try await taken(", p_expires_at => now() + interval '1 day'")
        for round in 1...3 {
            #expect(try await book.read(Self.extend(true), as: db.engine) == ["true"])
            try await book.run("update queue.outbox set leased_until = now() - interval '1 s' where tenant_id = TENANT")
            try await book.run(Self.take, as: db.engine)
            let state = round < 3 ? "running \(round + 1) \(round) f" : "dead 3 3"
            #expect(try await book.read(Self.state) == [state])
        }
    }

    @Test func `what is certain is no doubt any more`() async throws {
        let book = try await taken()
        #expect(try await book.read(Self.extend(true), as: db.engine) == ["true"])
        try await book.run(
            """
            select queue.settle_outbox(o.lease_token, array[o.tenant_id], array[o.id], array['451'], array[false],
                                       array[true])
              from queue.outbox o where o.tenant_id = TENANT
            """, as: db.engine)
        #expect(try await book.read(Self.state) == ["ready 1 0"])
    }
}
