import Foundation
import Postgres
import Services
import TestSupport
import Testing

/// What a stream tells, look by look.
@Suite(.database, .serialized) struct FollowChangesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func tenant() async throws -> UUID {
        let tenant = UUID()
        let slug = "t" + tenant.text
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), \(slug), 'T')")
        return tenant
    }

    private func follow(
        _ topics: Set<StreamTopic>, of tenant: UUID, types: [String] = [], after place: StreamPlace? = nil
    ) -> FollowChanges {
        FollowChanges(db.app, topics, types: types, after: place, RequestScope(tenant: tenant, actor: "test"))
    }

    private func event(_ type: String, of tenant: UUID, _ session: Connection) async throws {
        try await session.run(
            """
            insert into integration.events (tenant_id, type, subject, ordering_key, payload)
            values (\(tenant), \(type), 'billing.invoices', 'x', '{}')
            """)
    }

    private static func types(_ messages: [StreamMessage]) throws -> [String] {
        try messages.map { try JSONValue(Array($0.data.utf8))["type"]?.shown ?? "" }
    }

    @Test func `events that were committed late are told as well, and nothing twice`() async throws {
        let tenant = try await tenant()
        var stream = follow([.events], of: tenant)
        let before = try await stream.next()
        #expect(before.isEmpty)
        // The first event begins before the second, and is committed after it was told.
        try await db.owner.transaction { late in
            try await event("invoice.drafted", of: tenant, late)
            try await db.owner.lease { try await event("invoice.paid", of: tenant, $0) }
            while try await DispatchEvents(db.engine)() > 0 {}
            let early = try await stream.next()
            #expect(try Self.types(early) == ["invoice.paid"])
        }
        let between = try await stream.next()
        #expect(between.isEmpty)
        while try await DispatchEvents(db.engine)() > 0 {}
        let last = try await stream.next()
        #expect(try Self.types(last) == ["invoice.drafted"])
        let after = try await stream.next()
        #expect(after.isEmpty)
        // The place of the last one is behind both.
        var again = follow([.events], of: tenant, after: try #require(last.last?.place))
        let behind = try await again.next()
        #expect(behind.isEmpty)
    }

    @Test func `tests of webhooks and types that nobody asked for are not told`() async throws {
        let tenant = try await tenant()
        var stream = follow([.events], of: tenant, types: ["invoice.*", "payment.failed"])
        _ = try await stream.next()
        for type in ["webhook.test", "invoice.paid", "payment.succeeded", "payment.failed", "invoices.odd"] {
            try await db.owner.lease { try await event(type, of: tenant, $0) }
        }
        while try await DispatchEvents(db.engine)() > 0 {}
        let told = try await stream.next()
        #expect(try Self.types(told) == ["invoice.paid", "payment.failed"])
    }

    @Test func `of more calls than are followed the rest comes when there is room`() async throws {
        let tenant = try await tenant()
        try await db.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                                  direction, state, to_number, code, snapshot_version)
            select \(tenant), now() - n * interval '1 second', core.uuid_v7(), 'x', 'x', 'x', 'x', 'outbound', 'open',
                   n::text, 200, 1
              from generate_series(1, 510) n
            """)
        var stream = follow([.calls], of: tenant)
        let (first, second) = (try await stream.next(), try await stream.next())
        #expect(first.count == 500 && second.isEmpty)
        try await db.owner.run(
            """
            update routing.routing_requests set state = 'finished', finished_at = now()
             where tenant_id = \(tenant) and to_number::integer <= 20
            """)
        let names = try await stream.next().map(\.name)
        #expect(names.count { $0 == "call.ended" } == 20)
        let more = try await stream.next().map(\.name)
        #expect((names + more).count { $0 == "call.started" } == 10)
        let last = try await stream.next()
        #expect(last.isEmpty)
    }

    /// A text, and whether it is a place.
    private static let texts = [
        ("1760000000123456.1760000000123455.0199c0de-0000-7000-8000-000000000000", true),
        ("0.0.00000000-0000-0000-0000-000000000000", true), ("", false), ("1.2", false), ("1.2.3", false),
        ("-1.0.00000000-0000-0000-0000-000000000000", false),
        ("9223372036854775807.0.00000000-0000-0000-0000-000000000000", false),
        // Foundation's reader of ids takes these.
        ("1.2.00000000-0000-0000-0000-0000000000+1", false), ("1.2.00000000-0000-0000-0000-0000000000 1", false),
        ("1.2.00000000-0000-0000-0000-000000000000.", false), ("a.2.00000000-0000-0000-0000-000000000000", false),
    ]

    @Test(arguments: texts)
    func `a place is read as it was written, and nothing else is one`(text: String, isPlace: Bool) {
        #expect(StreamPlace(text)?.text == (isPlace ? text : nil))
    }
}
