import Foundation
import Postgres
import TestSupport
import Testing

/// integration.announce: a kind of event is a trigger and a row of the catalogue, and tells what the API shows.
@Suite(.database) struct AnnounceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func announce(_ table: String, _ account: String, _ fields: String) async throws -> Refusal? {
        try await Refusal.of {
            try await db.owner.run(
                """
                select integration.announce('test.made', \(unescaped: table), 'x.y', 'id', \(unescaped: account),
                                            \(unescaped: fields), 'A test.', p_inserted => 'false')
                """)
        }
    }

    @Test func `secrets are in no event, nor what an account is not shown, nor what is not there`() async throws {
        #expect(try await announce("'auth.users'", "null", "array['email', 'password_hash']") == .badParameter)
        #expect(try await announce("'accounts.accounts'", "'id'", "array['ban', 'allows_loss']") == .badParameter)
        #expect(try await announce("'accounts.accounts'", "'id'", "array['ban', 'shoe_size']") == .badParameter)
    }

    @Test func `every kind of event has its triggers, and every trigger its kind`() async throws {
        let kinds = try await db.owner.run("select name::text from ref.event_types").values(String.self)
        let told = try await db.owner.run(
            """
            select distinct split_part(encode(tgargs, 'escape'), '\\000', 1) from pg_trigger
             where tgfoid = 'integration.tell()'::regprocedure
            """
        ).values(String.self)
        // What the program itself writes.
        #expect(Set(kinds).subtracting(told) == ["call.rated", "webhook.test"])
        #expect(Set(told).subtracting(kinds) == [])
    }

    @Test func `hot tables tell nothing, but of a balance that falls below a bound of its own`() async throws {
        let hot = try await db.owner.run(
            """
            select distinct tgname || ' on ' || tgrelid::regclass from pg_trigger
             where tgfoid = 'integration.tell()'::regprocedure
               and tgrelid::regclass::text in ('billing.account_balance', 'billing.holds', 'billing.ledger',
                                               'cdr.raw_cdr', 'cdr.enriched_cdr', 'routing.routing_requests',
                                               'messaging.mdr')
            """
        ).values(String.self)
        #expect(hot == ["tell_of_balance_low_update on billing.account_balance"])
    }

    @Test func `docs/reference/api.md lists every event with its payload`() async throws {
        let expected = try await db.owner.run(
            """
            select format('| `%s` | %s | %s |', e.name, e.description,
                          (select string_agg('`' || f.name || '`', ', ' order by f.place)
                             from unnest(e.fields) with ordinality f (name, place)))
              from ref.event_types e
            """
        ).values(String.self)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/reference/api.md"), encoding: .utf8)
        let lines = Set(page.split(separator: "\n").map(String.init))
        #expect(expected.filter { !lines.contains($0) }.sorted() == [], "write them there, as they stand here")
        let listed = lines.filter { $0.contains(/^\| `[a-z_]+\.[a-z_]+` \| .* \| `/) }
        #expect(listed.subtracting(expected).sorted() == [], "there is no such event")
    }
}
