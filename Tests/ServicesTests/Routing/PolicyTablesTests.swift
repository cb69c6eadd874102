import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// The policy of an operator from its tables to the call: what the demonstration's customer may and may not.
@Suite(.database, .serialized) struct PolicyTablesTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private func load() async throws -> RoutingData {
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        return try await LoadRouting(db.engine, secrets: none)()
    }

    private func request(_ called: String) throws -> CallRequest {
        CallRequest(
            source: try #require(IPAddress("127.0.0.9")), dialled: called,
            caller: PresentedCaller(fromUser: SeedDemo.caller))
    }

    private func decide(_ called: String, _ data: RoutingData) throws -> Decision {
        data.snapshot.decide(try request(called), at: Date().microseconds)
    }

    @Test func `rules and limits are read as they are written, and what is over is not`() async throws {
        try await SeedDemo(db.owner)()
        var data = try await load()
        #expect(try decide("+442079460958", data).outcome == .routed)
        #expect(try decide("+18765550100", data).outcome == .routed)
        #expect(try decide("+13402000100", data).outcome == .routed)
        // The plan blocks satellites too, but the policy goes first.
        #expect(try decide("+881612345678", data).outcome == .refused(.destinationNotAllowed))
        let (rule, limit) = (UUID(), UUID())
        try await db.owner.run(
            """
            insert into routing.destination_rules (tenant_id, id, account_id, prefix, effect, valid_from, valid_to)
            values (\(SeedDemo.tenant), \(rule), \(SeedDemo.customerAccount), '44', 'suspend', now(),
                    now() + interval '1 hour'),
                   (\(SeedDemo.tenant), \(UUID()), null, null, 'suspend', '2026-01-01', '2026-02-01')
            """)
        try await db.owner.run(
            """
            insert into routing.call_limits (tenant_id, id, prefix, max_rate, max_duration_s)
            values (\(SeedDemo.tenant), \(limit), '33', 0.01, null), (\(SeedDemo.tenant), \(UUID()), '49', null, 90)
            """)
        data = try await load()
        let suspended = try decide("+442079460958", data)
        #expect(suspended.outcome == .refused(.destinationSuspended) && suspended.refusingRuleID == rule)
        let dear = try decide("+33140000000", data)
        #expect(dear.outcome == .refused(.rateAboveMaximum) && dear.refusingRuleID == limit)
        #expect(try decide("+4930901820", data).limits.maximumSeconds == 90)
        let later = data.snapshot.decide(try request("+442079460958"), at: Date().microseconds + 7_200_000_000)
        #expect(later.outcome == .routed)
        try await db.owner.run("delete from routing.destination_rules where tenant_id = \(SeedDemo.tenant)")
        #expect(try decide("+442079460958", try await load()).outcome == .refused(.destinationNotAllowed))
    }

    @Test(arguments: Soak.seeds(short: 3, long: 40))
    func `the router and the database say the same of any call`(seed: UInt64) async throws {
        var market = RandomMarket(seed: seed)
        try await market.store(db)
        let snapshot = try await load().snapshot
        let calls = market.someCalls(300)
        let rows = try await db.engine.run(
            """
            select c.position, p.verdict, p.rule_id
              from jsonb_to_recordset(\(try JSONText(rows: calls))) as c (position integer, called text, at timestamptz)
             cross join lateral routing.call_policy(\(market.id), \(market.id), c.called, c.at) p
            """
        ).decode(Int.self, String.self, UUID?.self)
        let verdicts = Dictionary(uniqueKeysWithValues: rows.map { ($0.0, (verdict: $0.1, rule: $0.2)) })
        let denials: [Telecom.Refusal] = [
            .callingSuspended, .internationalSuspended, .destinationSuspended, .destinationNotAllowed,
        ]
        for call in calls {
            let decision = try #require(
                snapshot.explain(
                    trunkID: market.id, of: market.id, dialled: call.called, caller: call.caller ?? "anonymous",
                    at: call.at.microseconds))
            let sql = try #require(verdicts[call.position])
            if let denial = denials.first(where: { decision.outcome == .refused($0) }) {
                #expect(sql.verdict == denial.reason, "seed \(seed): \(call)")
                #expect(sql.rule == decision.refusingRuleID, "seed \(seed): \(call)")
            } else if case .refused(.number) = decision.outcome {
                continue  // what is no number has no policy
            } else {
                #expect(sql.verdict == "allowed", "seed \(seed): \(call) \(decision.outcome)")
            }
        }
    }

    private struct Told: Sendable {
        let outcome: String
        let held: Money
    }

    private static func place(
        _ request: CallRequest, _ number: Int, _ route: RouteCall, _ data: RoutingData
    ) async -> Told {
        let identity = CallIdentity(
            edge: "edge-1", callID: "cap-\(number)", fromTag: "1", receivedMicroseconds: Date().microseconds,
            source: "127.0.0.9;5060;udp")
        guard case .answer(let answer) = await route(request, identity, data) else {
            return Told(outcome: "challenged", held: .zero)
        }
        return Told(outcome: answer.refusal?.reason ?? "routed", held: answer.held)
    }

    /// Three routers, each with calls of its own that wait for money at once.
    @Test func `two hundred calls at once spend no more than the cap`() async throws {
        try await SeedDemo(db.owner)()
        let account = SeedDemo.customerAccount
        try await db.owner.run("select billing.top_up(\(SeedDemo.tenant), \(account), \(UUID()), 1000, 'x')")
        try await db.owner.run(
            """
            insert into billing.spend_caps (tenant_id, account_id, span, amount, valid_from)
            values (\(SeedDemo.tenant), \(account), 'day', 10, '2026-01-01')
            """)
        let data = try await load()
        let called = try request(SeedDemo.called)
        let routers = (0..<3).map { _ in OpenCalls(db.engine) }
        let told = await withTaskGroup(of: Void.self) { group in
            for router in routers { group.addTask { await router.run() } }
            let told = await withTaskGroup(of: Told.self) { callers in
                for number in 0..<200 {
                    callers.addTask { await Self.place(called, number, RouteCall(routers[number % 3]), data) }
                }
                var told: [String: Money] = [:]
                for await one in callers { told[one.outcome] = (told[one.outcome] ?? .zero) + one.held }
                return told
            }
            group.cancelAll()
            return told
        }
        // On a busy machine some calls come too late for their patience; none of them may cost more than the rest.
        #expect(Set(told.keys).isSubset(of: ["routed", "spend_cap", "database_away"]), "\(told)")
        #expect((told["routed"] ?? .zero) <= Money(units: 1_000_000_000) && told["routed"] != nil)
        let (held, counted) = try #require(
            try await db.owner.run(
                """
                select (select sum(amount) from billing.holds where account_id = \(account) and state = 'open'),
                       (select sum(amount) from billing.spend_windows where account_id = \(account))
                """
            ).first(Money.self, Money.self))
        #expect(held <= Money(units: 1_000_000_000) && held == counted)
        let refused = try await db.owner.run(
            """
            select count(*) from routing.routing_requests
             where account_id = \(account) and reason = 'spend_cap' and code = 403 and state = 'refused'
               and hold_amount is null
            """
        ).value(Int.self)
        #expect((refused ?? 0) > 0 || told["database_away"] != nil)
    }
}
