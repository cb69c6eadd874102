import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// How carriers do reaches a router that runs, and nothing else is read for it.
@Suite(.database) struct RouteHealthLoadingTests {
    let db: TestDatabase
    private let tenant = UUID()
    private let trunk = UUID()

    init() throws { db = try .suite }

    private func makeOperator() async throws {
        let script = """
            insert into core.tenants (id, slug, name) values (TENANT, 'h-' || left(TENANT::text, 13), 'x');
            insert into routing.carriers (tenant_id, id, name) values (TENANT, TRUNK, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (TENANT, TRUNK, TRUNK, 'x', 'x.example');
            """
            .replacing("TENANT", with: "'\(tenant)'::uuid").replacing("TRUNK", with: "'\(trunk)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an opened breaker comes to the snapshot that is in use`() async throws {
        try await makeOperator()
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let keeper = RoutingKeeper(db.engine, listening: db.engine, secrets: none)
        try await keeper.refresh()
        let before = try #require(keeper.data)
        #expect(before.health == nil)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await keeper.run { _ in } }
            try await db.engine.run(
                """
                insert into routing.breakers (tenant_id, carrier_trunk_id, open_until)
                values (\(tenant), \(trunk), now() + interval '1 hour')
                """)
            try await db.engine.run("select core.bump_snapshot('route_health')")
            while keeper.data?.health == nil { try await Task.sleep(for: .milliseconds(20)) }
            group.cancelAll()
        }
        let data = try #require(keeper.data)
        #expect(data.snapshot === before.snapshot)
        let position = try #require(data.snapshot.carrierTrunks.firstIndex { $0.row.id == trunk })
        #expect(try #require(data.health).trunks[position].openUntil > Date().microseconds)
        // Switched off it is as if there were none.
        try await db.owner.run("update routing.carrier_trunks set has_breaker = false where id = \(trunk)")
        try await keeper.refresh()
        #expect(keeper.data?.health == nil)
    }
}
