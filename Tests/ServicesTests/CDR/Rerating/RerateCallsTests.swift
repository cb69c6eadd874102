import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// Calls are rated again in a shadow, by what held or by what somebody names.
@Suite(.database, .serialized) struct RerateCallsTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    /// Fees, free seconds, steps, hours, caps and a bundle: all that a plan and a deck may say beside their rows.
    private static let extras = """
        insert into billing.rate_extras (tenant_id, id, rate_plan_id, deck_id, direction, prefix, attempt_fee,
                                         attempt_fee_for, free_s, minimum_s, short_call_s, short_call_fee, cap_amount,
                                         time_zone, valid_from)
        values (ID, PLAN, PLAN, null, 'outbound', '44', 0.003, '{busy}', 3, 12, 6, 0.02, 0.25, 'Europe/London',
                '2020-01-01'),
               (ID, ID, null, ID, 'outbound', null, 0, '{busy}', 0, 30, 0, 0, null, 'UTC', '2020-01-01');
        insert into billing.rate_steps (tenant_id, rate_extras_id, kind, from_s, factor_bp)
        values (ID, PLAN, 'usage', 900, 8000), (ID, PLAN, 'talk', 300, 9000), (ID, ID, 'usage', 2000, 7000);
        insert into billing.rate_windows (tenant_id, rate_extras_id, position, days, factor_bp)
        values (ID, PLAN, 1, '{6,7}', 5000);
        insert into billing.bundles (tenant_id, rate_plan_id, name, prefixes, included, valid_from)
        values (ID, PLAN, 'x', '{1}', 1800, '2020-01-01');
        """

    @Test(arguments: [1, 2, 3] as [UInt64]) func `the same prices make no difference, for any call`(
        seed: UInt64
    ) async throws {
        let market = try await RerateMarket(db)
        try await market.run(Self.extras)
        try await market.call(150, seed: seed)
        let run = try await market.rerate()
        let counts: [Int] = [run.total, run.seen, run.rated, run.different, run.unpriced]
        #expect(counts == [150, 150, 150, 0, 0])
        #expect(run.state == "rated")
        #expect(try await market.read("select state::text from billing.rerate_calls where tenant_id = ID") == [])
        #expect(try await market.post(run) == PostRerate.Result())
    }

    @Test func `after the differences are posted there is none, on both sides`() async throws {
        let market = try await RerateMarket(db)
        try await market.run(Self.extras)
        try await market.call(120, seed: 4)
        _ = try await market.publish("4420,0.0437,2020-01-01\n33,0.0199,2020-01-01\n1,0.01,2020-01-01")
        _ = try await market.publish("44,0.0171,2020-01-01", .deck)
        let now = Date()
        let run = try await market.rerate { $0.asOf = now }
        #expect(run.different > 50)
        let result = try await market.post(run)
        #expect(result.posted == run.different)
        let again = try await market.rerate { $0.asOf = now }
        let counts: [Int] = [again.seen, again.different, again.unpriced]
        #expect(counts == [120, 0, 0])
        let sums = try await market.sums()[0].split(separator: " ")
        #expect(sums[0] == sums[1])
        #expect(sums[2] == "0")
    }

    @Test func `by the versions that held nothing differs, by a later one what it prices`() async throws {
        let market = try await RerateMarket(db)
        try await market.call(60)
        let version = try await market.publish("4420,0.5,2020-01-01")
        #expect(try await market.rerate().different == 0)
        let plan = try await market.sheet(.plan)
        let run = try await market.rerate {
            $0.sheet = plan
            $0.version = version
            $0.side = .sell
        }
        let expected = try await market.read(
            """
            select concat_ws(' ', count(*), sum(n.amount), sum(n.amount - e.sell_amount))
              from cdr.enriched_cdr e
             cross join lateral billing.rate_call(ID, null, 0, 0.5, 0.5, 6, 6, ceil(e.talk_ms / 1000.0)::bigint,
                                                  e.answered_at) n
             where e.tenant_id = ID and e.to_number = '+442079460000' and e.answered_at is not null
               and e.direction = 'outbound'
            """)
        let report = ReportRerate(db.engine, tenant: market.id)
        let rows = try await report(run.id, by: .destination)
        let row = try #require(rows.first)
        #expect(rows.count == 1)
        #expect(row.name == "+44 GB")
        let amounts = [row.sell.new, row.sell.difference].map { $0.text(minimumDecimals: 8) }
        #expect("\(row.calls) \(amounts.joined(separator: " "))" == expected[0])
        #expect(row.buy == ReportRerate.Side(old: .zero, new: .zero))
        let accounts = try await report(run.id, by: .account)
        #expect(accounts.map(\.calls).reduce(0, +) == run.different)
        #expect(accounts.reduce(MoneySum.zero) { $0 + $1.sell.difference } == row.sell.difference)
    }

    @Test func `a version concerns the accounts that had its plan, or the one that is named`() async throws {
        let market = try await RerateMarket(db)
        try await market.call(40)
        try await market.run(
            """
            insert into billing.rate_plans (tenant_id, id, name) values (ID, md5(ID::text)::uuid, 'Other');
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
            select ID, md5(ID::text)::uuid, p, 1, '2020-01-01' from unnest('{1,33,44}'::text[]) p;
            """)
        let other = try await FindSheet(db.engine)("Other", .plan, of: market.id)
        func run(_ account: String?) async throws -> RerateRun {
            try await market.rerate {
                ($0.sheet, $0.version, $0.side, $0.account) = (other, 1, .sell, account)
            }
        }
        #expect(try await run(nil).rated == 0)
        let named = try await run("customer one")
        let outbound = try await market.read(
            """
            select (count(*) filter (where e.direction = 'outbound' and e.answered_at is not null)) || ' ' || count(*)
              from cdr.enriched_cdr e where e.tenant_id = ID and e.account_id = ID
            """)
        #expect(["\(named.different) \(named.rated)"] == outbound)
    }

    @Test func `what has no price is told, and its other side is rated`() async throws {
        let market = try await RerateMarket(db)
        try await market.call(80)
        try await market.run(
            """
            delete from billing.voice_rates where tenant_id = ID and prefix = '33';
            update routing.rate_deck set rate = 0.02 where tenant_id = ID and prefix = '33';
            """)
        let run = try await market.rerate()
        #expect(run.unpriced > 0)
        #expect(run.different == run.unpriced)
        let missing = try await ReportRerate(db.engine, tenant: market.id).missing(run.id)
        #expect(missing.map(\.reason) == ["its account's rate plan has no price for +331… then"])
        #expect(try await market.post(run).posted == run.different)
        #expect(
            try await market.read(
                """
                select distinct concat_ws(' ', trim_scale(sell_rate), trim_scale(buy_rate)) from cdr.enriched_cdr
                 where tenant_id = ID and to_number like '+33%' and answered_at is not null
                """) == ["0.0251 0.02"])
    }

    @Test func `a run goes on where it was, and two at once take turns`() async throws {
        let market = try await RerateMarket(db)
        try await market.call(90)
        try await market.run("update billing.voice_rates set rate = 0.5 where tenant_id = ID and rate is not null")
        let id = try await BeginRerate(db.engine, tenant: market.id)(
            RerateChoice(RerateMarket.october, reason: "the rate was raised"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { try await RerateCalls(db.engine, tenant: market.id, pageSize: 7).resume(id) }
            }
            try await group.waitForAll()
        }
        let run = try #require(try await ReadRerates(db.engine, tenant: market.id)(id))
        let counts: [Int] = [run.seen, run.total]
        #expect(counts == [90, 90])
        #expect(run.state == "rated")
        let kept = try await market.read("select count(*)::text from billing.rerate_calls where tenant_id = ID")
        #expect(kept == ["\(run.different)"])
    }

    @Test func `what is not there is named`() async throws {
        let market = try await RerateMarket(db)
        let plan = try await market.sheet(.plan)
        func failure(_ change: (inout RerateChoice) -> Void) async throws -> String? {
            do {
                _ = try await market.rerate(change)
                return nil
            } catch let failure as BillingFailure { return failure.description }
        }
        #expect(
            try await failure { $0.account = "nobody" }
                == "there is no account with the BAN, name or id \"nobody\"; `heddle balance` lists them")
        #expect(try await failure { $0.carrier = "nobody" } == "no carrier is called \"nobody\": there are Carrier")
        #expect(
            try await failure { ($0.sheet, $0.version) = (plan, 7) }
                == "the rate plan Retail has no version 7; there are 1")
    }
}
