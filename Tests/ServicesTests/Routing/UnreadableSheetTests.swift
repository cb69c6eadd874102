import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Sheets with rows that the database took and the router cannot read, as after a domain was loosened.
@Suite(.database, .serialized) struct UnreadableSheetTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// An operator with a deck and a plan that are good.
    private func market() async throws -> UUID {
        let id = UUID()
        let script = """
            insert into core.tenants (id, slug, name) values (ID, 'sheets-' || left(ID::text, 8), 'x');
            insert into routing.carriers (tenant_id, id, name) values (ID, ID, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (ID, ID, ID, 'x', 'x.example');
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (ID, ID, ID, 'x');
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from)
            values (ID, ID, '44', 0.01, '2020-01-01');
            insert into billing.rate_plans (tenant_id, id, name) values (ID, ID_PLAN, 'x');
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
            values (ID, ID_PLAN, '44', 0.02, '2020-01-01');
            """.replacing("ID_PLAN", with: "'\(plan(of: id))'::uuid").replacing("ID", with: "'\(id)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        return id
    }

    private func plan(of tenant: UUID) -> UUID {
        var bytes = tenant.uuid
        bytes.0 ^= 0xFF
        return UUID(uuid: bytes)
    }

    private func load(_ previous: RoutingData? = nil) async throws -> RoutingData {
        let secrets = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        return try await LoadRouting(db.engine, secrets: secrets)(after: previous)
    }

    private func rows(_ data: RoutingData, _ sheet: TenantKey) -> Int {
        data.sheets.inForce(sheet)?.outbound?.rowCount ?? 0
    }

    private func problems(_ data: RoutingData, _ tenant: UUID) -> [SnapshotProblem] {
        data.snapshot.problems.filter { $0.tenantID == tenant }
    }

    private func loosen() async throws {
        // Both tests do it, in any order.
        try await db.owner.lease { session in
            try await session.runScript(
                """
                alter domain core.rate drop constraint if exists rate_between_zero_and_two_hundred_thousand;
                alter domain core.increment_s drop constraint if exists increment_between_one_second_and_an_hour;
                """)
        }
    }

    static let faults: [(column: String, value: String, reason: String)] = [
        ("rate", "200000.00000001", "outOfRange"), ("rate", "-0.01", "outOfRange"),
        ("rate_local", "'NaN'", "rate_local"), ("connect_fee", "200001", "connectFeeOutOfRange"),
        ("next_increment_s", "0", "incrementOutOfRange"), ("initial_increment_s", "86401", "incrementOutOfRange"),
    ]

    @Test(arguments: faults) func `a deck that cannot be read costs no other sheet its prices, and is told`(
        column: String, value: String, reason: String
    ) async throws {
        try await loosen()
        let (good, bad) = (try await market(), try await market())
        let first = try await load()
        try await db.owner.lease { session in
            try await session.runScript(
                SQL(
                    unescaped: """
                        insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from)
                        values ('\(bad)', '\(bad)', '4420', 0.01, '2020-01-01'),
                               ('\(good)', '\(good)', '4420', 0.01, '2020-01-01');
                        update routing.rate_deck set \(column) = \(value)
                         where tenant_id = '\(bad)' and prefix = '4420';
                        """))
        }
        let second = try await load(first)
        #expect(rows(second, TenantKey(good, good)) == 2, "others go on, with what is new")
        #expect(problems(second, good) == [])
        #expect(rows(second, TenantKey(bad, bad)) == 0)
        #expect(rows(second, TenantKey(bad, plan(of: bad))) == 1)
        let problem = try #require(problems(second, bad).first)
        #expect(problem.kind == .sheetUnreadable && problem.id == bad)
        #expect(problem.reason?.hasPrefix("version 1, row ") == true && problem.reason?.contains(reason) == true)
        // Told again, though it is not read again.
        #expect(problems(try await load(second), bad) == [problem])
        try await db.owner.run("delete from routing.rate_deck where tenant_id = \(bad) and prefix = '4420'")
        let mended = try await load(second)
        #expect(rows(mended, TenantKey(bad, bad)) == 1)
        #expect(problems(mended, bad) == [])
    }

    @Test func `a plan that cannot be read sells nothing, and its carriers stay`() async throws {
        try await loosen()
        let bad = try await market()
        let plan = TenantKey(bad, plan(of: bad))
        try await db.owner.run(
            "update billing.voice_rates set rate_intrastate = 200001 where tenant_id = \(bad)")
        let data = try await load()
        #expect(rows(data, plan) == 0)
        #expect(rows(data, TenantKey(bad, bad)) == 1)
        #expect(problems(data, bad).map(\.id) == [plan.id])
    }
}
