import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What a draft would have made of calls that were made.
@Suite(.database) struct ReplayCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let noSecrets = RoutingSecrets(
        open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() }, report: { _ in })

    /// Two carriers, one plan, and three calls of one, two and zero minutes to 44, 49 and 44.
    private func market() async throws -> UUID {
        let tenant = UUID()
        let script = """
            insert into core.tenants (id, slug, name) values (TENANT, 'replay-' || left(TENANT::text, 8), 'x');
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (TENANT, TENANT, 'R-' || left(TENANT::text, 8), 'x');
            insert into routing.destination_rules (tenant_id, prefix, effect, valid_from)
            select TENANT, p, 'allow', '2020-01-01' from unnest(array['44', '49']) p;
            insert into routing.carriers (tenant_id, id, name) values (TENANT, TENANT, 'C');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (TENANT, TENANT, TENANT, 'A', 'a.example'), (TENANT, OTHER, TENANT, 'B', 'b.example');
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name)
            values (TENANT, TENANT, TENANT, 'A'), (TENANT, OTHER, OTHER, 'B');
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, initial_increment_s, next_increment_s,
                                           valid_from)
            values (TENANT, TENANT, '44', 0.01, 60, 60, '2020-01-01'),
                   (TENANT, TENANT, '49', 0.01, 60, 60, '2020-01-01'),
                   (TENANT, OTHER, '44', 0.02, 60, 60, '2020-01-01');
            insert into routing.trunks (tenant_id, id, account_id, name, caller_id_policy)
            values (TENANT, TENANT, TENANT, 'x', 'any');
            insert into billing.rate_plans (tenant_id, id, name) values (TENANT, PLAN, 'x');
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, initial_increment_s,
                                             next_increment_s, valid_from)
            values (TENANT, PLAN, '44', 0.05, 60, 60, '2020-01-01'), (TENANT, PLAN, '49', 0.05, 60, 60, '2020-01-01');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            values (TENANT, TENANT, PLAN, '2020-01-01');
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, trunk_id, direction, from_number,
                                          to_number, disposition, sip_code, talk_ms, currency)
            select TENANT, now() - n * interval '1 h', gen_random_uuid(), TENANT, TENANT, 'outbound', '+12125550100',
                   number,
                   case when talk > 0 then 'answered' else 'no_answer' end, case when talk > 0 then 200 else 480 end,
                   talk, 'USD'
              from (values (1, '+442079460000', 60000), (2, '+493012345678', 119001), (3, '+442079460001', 0))
                   as calls (n, number, talk);
            """
        let filled = script.replacing("TENANT", with: "'\(tenant)'::uuid").replacing("OTHER", with: "'\(UUID())'::uuid")
            .replacing("PLAN", with: "'\(UUID())'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: filled)) }
        return tenant
    }

    @Test func `other carriers, other costs, and calls that would have no route`() async throws {
        let tenant = try await market()
        let sheet = try await FindSheet(db.engine)("A", .deck, of: tenant)
        let scratch = try ScratchFile("Prefix,Rate,Increments\n44,0.03,60/60\n")
        defer { scratch.remove() }
        let draft = try #require(try await ImportSheet(db.engine)(scratch.path, into: sheet).version)

        let load = LoadRouting(db.engine, secrets: Self.noSecrets)
        let before = try await load()
        let after = try await load(after: before, drafts: [sheet.key: draft])
        let span = Date(timeIntervalSinceNow: -86_400)..<Date()
        let sums = try await ReplayCalls(db.engine, tenant: tenant)(span, by: before.snapshot, and: after.snapshot)

        #expect(sums.calls == 3)
        #expect(sums.total.talkSeconds == 180)
        #expect(sums.total.before.routed == 3)
        #expect("\(sums.total.before.cost) \(sums.total.before.sell)" == "0.03 0.15")
        // 44 goes to B for 0.02, 49 nowhere.
        #expect(sums.total.after.routed == 2)
        #expect("\(sums.total.after.cost) \(sums.total.after.sell)" == "0.02 0.05")
        #expect(sums.total.rerouted == 2)
        #expect(sums.carriers.mapValues { "\($0.before) \($0.after)" } == ["C / A": "3 0", "C / B": "0 2"])
        #expect(sums.refusals.mapValues { "\($0.before) \($0.after)" } == ["no_route": "0 1"])
        #expect(sums.hours.count == 3)
        #expect(Set(sums.prefixes.keys) == ["44", "49"])

        let picture = ReplayPlot(sums, title: "A & B").svg
        #expect(picture.contains("A &amp; B") && picture.contains("<title>margin after</title>"))
        // The draft still prices nothing.
        let again = try await load(after: after)
        let same = try await ReplayCalls(db.engine, tenant: tenant)(span, by: before.snapshot, and: again.snapshot)
        #expect(same.total.before == same.total.after)
    }
}
