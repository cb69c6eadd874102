import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// What the router reads of rules, pools and the handling of forwarded calls.
@Suite(.database) struct TranslationTablesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The database refuses what the router could not read, and nothing else.
    @Test func `the database and the router have one language of patterns`() async throws {
        var random = SeededGenerator(seed: 63)
        let parts = [
            "1", "9", "X", "Z", "N", "*", "#", "+", ".", "[", "]", "-", "[1-3]", "[57]", "[3-1]", "x", " ", "(",
        ]
        var texts = (0..<3_000).map { _ in
            (0..<Int.random(in: 0...5, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
        }
        texts += [30, 31, 32, 33].flatMap { count in
            ["", "+"].map { $0 + String(repeating: "[0-9]", count: count) }
        }
        let answers = try await db.owner.transaction { [texts] session in
            try await session.runScript(
                """
                create function pg_temp.is_pattern(p_text text) returns boolean language plpgsql as $$
                begin
                    perform p_text::routing.digit_pattern;
                    return true;
                exception when check_violation then
                    return false;
                end $$
                """)
            return try await session.run(
                """
                select pg_temp.is_pattern(t.text) from unnest(\(texts)) with ordinality as t (text, turn)
                 order by t.turn
                """
            ).values(Bool.self)
        }
        try #require(answers.count == texts.count)
        for (text, isPattern) in zip(texts, answers) {
            #expect(((try? DigitPattern(text)) != nil) == isPattern, "\(text)")
        }
        #expect(answers.count { $0 } > 300 && answers.count { !$0 } > 300)
    }

    private static let setUp =
        """
        insert into core.tenants (id, slug, name) values (TENANT, 'translated', 'x');
        insert into accounts.accounts (tenant_id, id, ban, name) values (TENANT, ID, 'TRANSLATED', 'x');
        insert into routing.carriers (tenant_id, id, name) values (TENANT, ID, 'Carrier');
        insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host, diversion) values
            (TENANT, ID, ID, 'one', '203.0.113.21', 'replace'), (TENANT, OTHER, ID, 'two', '203.0.113.22', default);
        insert into routing.trunks (tenant_id, id, account_id, name, caller_id_policy, default_caller_id,
                                    accepts_diverted)
        values (TENANT, ID, ID, 'x', 'fixed', '+12015550199', true), (TENANT, OTHER, ID, 'y', 'listed', null, false);
        insert into routing.translation_rules (tenant_id, account_id, trunk_id, carrier_id, carrier_trunk_id, subject,
                                               position, pattern, min_digits, max_digits, strip_digits, prepend,
                                               replacement, continues, valid_from, valid_to)
        values (TENANT, ID, ID, null, null, 'called', 2, '9.', 8, 20, 1, '', null, true, '2026-01-01', null),
               (TENANT, ID, ID, null, null, 'called', 3, '[89]1.', null, null, 1, '', null, false, '2026-01-01', null),
               (TENANT, ID, ID, null, null, 'called', 1, '8.', null, null, 1, '', null, false, '2020-01-01',
                '2021-01-01'),
               (TENANT, ID, ID, null, null, 'caller', 1, '1XX', null, null, 0, '', '+12015550101', false, '2026-01-01',
                null),
               (TENANT, null, null, ID, null, 'called', 1, '+1.', null, null, 2, '', null, false, '2026-01-01', null),
               (TENANT, null, null, null, OTHER, 'called', 1, '+1.', null, null, 1, '00', null, false, '2026-01-01',
                null);
        insert into numbers.inventory (tenant_id, number)
        select TENANT, '+1201555011' || n from generate_series(0, 7) n;
        insert into numbers.dids (tenant_id, id, account_id, number, status)
        select TENANT, ('00000000-0000-7000-8000-00000000000' || n)::uuid, ID, '+1201555011' || n,
               case when n = 4 then 'suspended' else 'active' end
          from generate_series(0, 7) n;
        insert into routing.caller_id_pools (tenant_id, id, account_id, name, rotation, fallback_did_id,
                                             min_reputation, is_default, status)
        values (TENANT, ID, ID, 'x', 'sticky', '00000000-0000-7000-8000-000000000007', 50, true, 'active'),
               (TENANT, OTHER, ID, 'y', 'weighted', null, null, false, 'paused');
        insert into routing.caller_id_pool_numbers (tenant_id, caller_id_pool_id, did_id, account_id, status, weight,
                                                    rested_until, flagged_at, reputation_score, reputation_source,
                                                    reputation_checked_at)
        select TENANT, ID, ('00000000-0000-7000-8000-00000000000' || n)::uuid, ID, status, n * 10 + 5, rested, flagged,
               score, case when score is not null then 'x' end, case when score is not null then now() end
          from (values (0, 'active', null::timestamptz, null::timestamptz, null::integer),
                       (1, 'resting', now() - interval '1 minute', null, 50),
                       (2, 'resting', now() + interval '1 day', null, null), (3, 'active', null, null, 49),
                       (4, 'active', null, null, null), (5, 'flagged', null, now(), null),
                       (6, 'retired', null, null, null)) as n (n, status, rested, flagged, score);
        """

    @Test func `rules, pools and handlings are read column by column`() async throws {
        let (tenant, id, other) = (UUID(), UUID(), UUID())
        let script = Self.setUp.replacing("TENANT", with: "'\(tenant)'::uuid").replacing(" ID", with: " '\(id)'::uuid")
            .replacing("OTHER", with: "'\(other)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let data = try await LoadRouting(db.engine, secrets: none)()
        let snapshot = data.snapshot
        #expect(snapshot.problems.filter { $0.kind != .ratePlanMissing } == [])
        func trunk(_ id: UUID) throws -> RoutingSnapshot.Trunk {
            try #require(snapshot.trunks.first { $0.row.tenantID == tenant && $0.row.id == id })
        }
        let now = Date().microseconds
        let one = try trunk(id)
        #expect(one.translation.called?.translate("91212555", at: now)?.description == "1212555")
        #expect(one.translation.called?.translate("9221255", at: now) == nil)
        #expect(one.translation.called?.translate("991121255", at: now)?.description == "1121255")
        #expect(one.translation.called?.translate("8121255", at: now)?.description == "121255")
        #expect(one.translation.called?.translate("8021255", at: now) == nil)
        #expect(one.translation.caller?.translate("101", at: now)?.description == "+12015550101")
        #expect(try trunk(other).translation.called == nil && trunk(other).translation.caller == nil)
        #expect(one.row.callerID.acceptsDiverted)
        #expect(try !trunk(other).row.callerID.acceptsDiverted)
        // A carrier's rule is its trunks', and a trunk's own stands before it.
        let carriers = snapshot.carrierTrunks.filter { $0.row.tenantID == tenant }
        let written = carriers.map { $0.translation.called?.translate("+12125550100", at: now)?.description }
        #expect(
            Dictionary(uniqueKeysWithValues: zip(carriers.map(\.row.id), written)) == [
                id: "2125550100", other: "0012125550100",
            ])
        #expect(carriers.map(\.row.diversion).contains(.replace) && carriers.map(\.row.diversion).contains(.keep))
        // The edge finds an emergency code behind what a rule takes off.
        #expect(data.emergencyPlan.techPrefixes.contains("9") && !data.emergencyPlan.techPrefixes.contains("8"))

        let pool = try #require(one.callerPool)
        let shown = Set(
            (0..<200).compactMap { call in
                E164("+1310555\(1000 + call)").flatMap { pool.pick(called: $0, in: nil, at: now, otherwise: nil) }
            })
        #expect(shown.map(\.description).sorted() == ["+12015550110", "+12015550111"])
        #expect(pool.fallback?.description == "+12015550117")
        #expect(try trunk(other).callerPool === pool)

        try await db.owner.run("update routing.trunks set caller_id_pool_id = \(other) where tenant_id = \(tenant)")
        let paused = try await LoadRouting(db.engine, secrets: none)().snapshot
        #expect(paused.trunks.filter { $0.row.tenantID == tenant }.allSatisfy { $0.callerPool == nil })
    }
}
