import Foundation
import Postgres
import Services
import TestSupport
import Testing

/// Hang-ups that no edge takes have an end.
@Suite(.database) struct GiveUpHangUpsTests {
    private let db: TestDatabase
    private let tenant = UUID()

    init() throws { db = try .suite }

    /// One that was asked for so many seconds ago.
    private func ask(_ id: UUID, ago seconds: Int, _ outcome: String? = nil) async throws {
        try await db.owner.run(
            """
            insert into routing.hang_ups (tenant_id, id, routing_id, edge_id, reason, requested_by, requested_at,
                                          done_at, outcome)
            values (\(tenant), \(id), \(UUID()), 'gone', 'test', 'x', now() - make_interval(secs => \(seconds)),
                    case when \(outcome)::text is not null then now() end, \(outcome))
            """)
    }

    private func state(_ id: UUID) async throws -> String? {
        try await db.owner.run(
            """
            select concat_ws(': ', coalesce(outcome, 'waits'), failure) from routing.hang_ups
             where tenant_id = \(tenant) and id = \(id)
            """
        ).value(String.self)
    }

    @Test func `what no edge took within a minute and a half has failed, and says why`() async throws {
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("t" + tenant.text), 'x')")
        let (old, young, done) = (UUID(), UUID(), UUID())
        try await ask(old, ago: 95)
        try await ask(young, ago: 80)
        try await ask(done, ago: 500, "ended")
        let give = GiveUpHangUps(db.engine)
        #expect(try await give() == 1)
        #expect(try await give() == 0)
        #expect(try await state(old) == "failed: no edge took it within 90 s: the edge of the call may be gone")
        #expect(try await state(young) == "waits")
        #expect(try await state(done) == "ended")
    }

    @Test(arguments: ["outcome = 'failed'", "outcome = 'ended', failure = 'x'", "outcome = null, failure = 'x'"])
    func `a failure has a reason, and nothing else has one`(change: String) async throws {
        let (tenant, id) = (UUID(), UUID())
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("t" + tenant.text), 'x')")
        let error = await #expect(throws: PostgresError.self) {
            try await db.owner.run(
                """
                insert into routing.hang_ups (tenant_id, id, routing_id, edge_id, reason, requested_by)
                values (\(tenant), \(id), \(id), 'x', 'test', 'x')
                """)
            try await db.owner.run(
                """
                update routing.hang_ups
                   set done_at = case when \(change.contains("null")) then null else now() end,
                       \(unescaped: change)
                 where tenant_id = \(tenant) and id = \(id)
                """)
        }
        #expect(error?.server?.constraint == "failed_hang_up_says_why")
    }
}
