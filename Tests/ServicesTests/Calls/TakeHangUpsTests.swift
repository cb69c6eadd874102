import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Calls that somebody asked to end, as the edge that has them is asked.
@Suite(.database) struct TakeHangUpsTests {
    private let db: TestDatabase
    private let tenant = UUID()
    private let account = UUID()
    /// An edge of the test's own: it takes nothing of the others.
    private let edge = "edge-\(UUID().uuidString)"

    init() throws { db = try .suite }

    private var scope: RequestScope { RequestScope(tenant: tenant, actor: "test") }

    private func prepare() async throws {
        let name = tenant.uuidString.lowercased()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), \("t" + name), 'x')")
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (\(tenant), \(account), \(String(name.filter(\.isHexDigit).uppercased())), 'x')
            """)
    }

    /// A call in progress that began so many seconds ago.
    private func call(ago seconds: Int = 30) async throws -> UUID {
        let id = UUID.v7()
        try await db.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                  source, direction, state, account_id, code, snapshot_version)
            values (\(tenant), now() - make_interval(secs => \(seconds)), \(id), \(UUID()), \(edge), 'x', 'x', 'x',
                    'outbound', 'open', \(account), 200, 1)
            """)
        return id
    }

    private func ask(_ call: UUID, _ scope: RequestScope? = nil) async throws -> UUID {
        let scope = scope ?? self.scope
        return try await db.app.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            try await AskHangUp.ask(call, because: "test", scope, session)
        }
    }

    private func outcome(_ id: UUID) async throws -> String? {
        try await db.owner.run(
            """
            select concat_ws(': ', coalesce(outcome, 'waits'), failure) from routing.hang_ups
             where tenant_id = \(tenant) and id = \(id)
            """
        ).value(String.self)
    }

    @Test func `a call is ended once, and one that is over is not found`() async throws {
        try await prepare()
        let (first, second) = (try await call(), try await call())
        let (ended, over) = (try await ask(first), try await ask(second))
        // Asked twice is asked once.
        #expect(try await ask(first) == ended)
        let take = TakeHangUps(db.engine)
        let done = try await take(of: edge) { calls in
            #expect(calls == [first, second])
            return [first: true]
        }
        #expect(done == 2)
        #expect(try await outcome(ended) == "ended")
        #expect(try await outcome(over) == "not_found")
        let again = try await take(of: edge) { _ in
            Issue.record("nothing waits")
            return [:]
        }
        #expect(again == 0)
    }

    @Test func `a call that just began, or that the edge refuses to end, is asked for again`() async throws {
        try await prepare()
        let (young, busy) = (try await call(ago: 0), try await call())
        let (first, second) = (try await ask(young), try await ask(busy))
        let take = TakeHangUps(db.engine)
        #expect(try await take(of: edge) { _ in [busy: false] } == 0)
        #expect(try await outcome(first) == "waits")
        #expect(try await outcome(second) == "waits")
        #expect(try await take(of: edge) { _ in [busy: true, young: true] } == 2)
    }

    @Test func `an edge that does not answer is asked for a minute`() async throws {
        struct Silent: Error {}
        try await prepare()
        let asked = try await ask(try await call())
        let take = TakeHangUps(db.engine)
        await #expect(throws: Silent.self) { try await take(of: edge) { _ in throw Silent() } }
        #expect(try await outcome(asked) == "waits")
        try await db.owner.run(
            """
            update routing.hang_ups set requested_at = now() - interval '2 minutes'
             where tenant_id = \(tenant) and id = \(asked)
            """)
        await #expect(throws: Silent.self) { try await take(of: edge) { _ in throw Silent() } }
        #expect(try await outcome(asked) == "failed: the edge could not be asked for 60 s")
        let refused = try await call()
        let late = try await ask(refused)
        try await db.owner.run(
            "update routing.hang_ups set requested_at = now() - interval '2 minutes' where tenant_id = \(tenant)")
        #expect(try await take(of: edge) { _ in [refused: false] } == 1)
        #expect(try await outcome(late) == "failed: the edge did not end the call within 60 s")
    }

    @Test func `whose call it is counts, not what the row says`() async throws {
        try await prepare()
        let theirs = try await call()
        let other = UUID()
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (\(tenant), \(other), \(String(other.uuidString.filter(\.isHexDigit))), 'y')
            """)
        let people = RequestScope(tenant: tenant, account: other, actor: "test")
        await #expect(throws: ResourceFault.self) { try await ask(theirs, people) }
        let forged = UUID()
        _ = try await db.app.run([
            people.opening,
            """
            insert into routing.hang_ups (tenant_id, id, account_id, routing_id, edge_id, reason, requested_by)
            values (\(tenant), \(forged), \(other), \(theirs), \(edge), 'mine now', 'x')
            """,
        ])
        let done = try await TakeHangUps(db.engine)(of: edge) { _ in
            Issue.record("the call is another's")
            return [:]
        }
        #expect(done == 1)
        #expect(try await outcome(forged) == "not_found")
    }
}
