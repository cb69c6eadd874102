import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

@testable import Telecom

/// What becomes of tries at carriers reaches the router.
@Suite(.database) struct CarrierKeeperTests {
    private let db: TestDatabase
    private let keeper: CarrierKeeper
    private let tenant = UUID()
    private let trunk = UUID()

    init() throws {
        db = try .suite
        keeper = CarrierKeeper(try TestDatabase.suite.engine, logger: RecordingLog().logger)
    }

    private func makeOperator() async throws {
        let script = """
            insert into core.tenants (id, slug, name) values (TENANT, 'k-' || left(TENANT::text, 13), 'x');
            insert into routing.carriers (tenant_id, id, name) values (TENANT, TRUNK, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (TENANT, TRUNK, TRUNK, 'x', 'x.example');
            insert into routing.profiles (tenant_id, name, is_default, strategy) values (TENANT, 'x', true, 'quality');
            insert into routing.attempt_states (tenant_id, counted_through)
            values (TENANT, now() - interval '1 hour');
            """
            .replacing("TENANT", with: "'\(tenant)'::uuid").replacing("TRUNK", with: "'\(trunk)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    /// Calls of so many seconds ago that the trunk answered so; each time later than before.
    private func post(_ code: String, count: Int, secondsAgo: Int) async throws {
        try await db.engine.run(
            """
            with raw as (
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, attempts, processed_at)
                select \(tenant), now() - make_interval(secs => \(secondsAgo)), gen_random_uuid(), 'x', 503,
                       \("\(trunk.text):\(code);"), now()
                  from generate_series(1, \(count))
                returning *)
            insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, to_number, jurisdiction, disposition,
                                          sip_code, currency, posted_at)
            select tenant_id, started_at, id, 'outbound', '+12125550100', 'interstate', 'failed', 503, 'USD',
                   started_at
              from raw
            """)
    }

    private func breaker() async throws -> String? {
        try await db.owner.run(
            """
            select concat_ws(' ', case when open_until is null then 'closed' else 'open' end, backoff_s,
                             nullif(cause, ''), attempts + earlier_attempts)
              from routing.breakers where tenant_id = \(tenant)
            """
        ).value(String.self)
    }

    private func health() async throws -> RouteHealth.Trunk {
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let data = try await LoadRouting(db.engine, secrets: none)()
        let position = data.snapshot.carrierTrunks.firstIndex { $0.row.id == trunk }
        return try #require(data.health).trunks[try #require(position)]
    }

    @Test func `a carrier that fails is left alone, and comes back when a call succeeds`() async throws {
        try await makeOperator()
        try await post("503", count: 15, secondsAgo: 600)
        try await keeper.keep()
        #expect(try await breaker() == "closed 0 15")
        try await post("timeout", count: 85, secondsAgo: 10)
        try await rewind()
        try await keeper.keep()
        #expect(try await breaker() == "open 30 timeout 0")
        // A hundred tries are enough to know: none was answered.
        let health = try await health()
        #expect(health.openUntil > Date().microseconds)
        #expect(health.quality.first?.numbers.answerRatioLow == 0)
        #expect(health.quality.first.map { $0.numbers.answerRatioHigh < 400 } == true)
        // Its time is over, and a call of after that succeeds.
        try await db.owner.run(
            """
            update routing.breakers
               set open_until = now() - interval '60 s', counts_from = now() - interval '60 s'
             where tenant_id = \(tenant)
            """)
        try await post("486", count: 1, secondsAgo: 9)
        try await rewind(to: 9.5)
        try await keeper.keep()
        #expect(try await breaker() == "closed 30 timeout 0")
        #expect(try await self.health().openUntil == 0)
    }

    /// A large batch of calls takes longer than the two seconds after which its calls would be passed over.
    @Test func `what a transaction that goes on may still post is waited for`() async throws {
        try await makeOperator()
        try await rewind()
        try await db.engine.lease { session in
            try await session.run("begin")
            try await session.run("select now()")
            try await post("503", count: 15, secondsAgo: 0)
            try await Task.sleep(for: .milliseconds(2500))
            try await keeper.keep()
            #expect(try await breaker() == nil)
            try await session.run("commit")
        }
        try await keeper.keep()
        #expect(try await breaker() == "closed 0 15")
    }

    /// Lets the keeper count what was posted since so many seconds ago.
    private func rewind(to seconds: Double = 60) async throws {
        try await db.owner.run(
            """
            update routing.attempt_states
               set counted_through = now() - make_interval(secs => \(seconds)), measured_at = null
             where tenant_id = \(tenant)
            """)
    }
}
