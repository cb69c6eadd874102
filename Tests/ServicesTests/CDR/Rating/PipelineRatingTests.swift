import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// The pipeline charges by the one rating function, and what it keeps is enough to derive every amount again.
@Suite(.database, .serialized) struct PipelineRatingTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    struct Vector: Sendable, CustomTestStringConvertible {
        let rate: String
        let increments: (initial: Int32, next: Int32)
        let seconds: Int64
        let billed: Int
        var amount: String?
        var testDescription: String { "\(seconds) s of \(rate) at \(increments.initial)/\(increments.next)" }
    }

    @Test(arguments: [
        Vector(rate: "0.01", increments: (6, 6), seconds: 0, billed: 0, amount: "0"),
        Vector(rate: "0.01", increments: (6, 6), seconds: 1, billed: 6),
        Vector(rate: "0.01", increments: (6, 6), seconds: 6, billed: 6),
        Vector(rate: "0.01", increments: (6, 6), seconds: 7, billed: 12),
        Vector(rate: "0.01", increments: (6, 6), seconds: 205, billed: 210),
        Vector(rate: "0.01", increments: (30, 6), seconds: 30, billed: 30),
        Vector(rate: "0.01", increments: (30, 6), seconds: 31, billed: 36),
        Vector(rate: "0.01", increments: (30, 6), seconds: 37, billed: 42),
        Vector(rate: "0.01", increments: (60, 60), seconds: 59, billed: 60),
        Vector(rate: "0.01", increments: (60, 60), seconds: 61, billed: 120),
        Vector(rate: "0.01", increments: (60, 1), seconds: 61, billed: 61),
        Vector(rate: "0.01", increments: (1, 1), seconds: 1, billed: 1),
        Vector(rate: "0.00137", increments: (6, 6), seconds: 205, billed: 210, amount: "0.004795"),
        Vector(rate: "0.0085", increments: (30, 6), seconds: 37, billed: 42, amount: "0.00595"),
        Vector(rate: "0.0049", increments: (6, 6), seconds: 7, billed: 12, amount: "0.00098"),
        Vector(rate: "0.00012345", increments: (6, 6), seconds: 7, billed: 12, amount: "0.00002469"),
    ])
    func `published prices, prepaid in slices as in one`(vector: Vector) async throws {
        let market = try await RatedMarket(db)
        try await db.owner.run(
            """
            update billing.voice_rates set rate = \(vector.rate)::text::numeric,
                   initial_increment_s = \(vector.increments.initial), next_increment_s = \(vector.increments.next)
             where tenant_id = \(market.tenant)
            """)
        let id = try await market.place(.init(milliseconds: vector.seconds * 1000))
        #expect(try await market.rate() == .init(calls: 1, posted: vector.seconds == 0 ? 0 : 1))
        let row = try await db.engine.run(
            "select sell_billed_s, sell_amount, rating::text from cdr.enriched_cdr where id = \(id)"
        ).first(Int.self, Money.self, String.self)
        let (billed, amount, rating) = try #require(row)
        #expect(billed == vector.billed && rating == "{}")
        if let expected = vector.amount { #expect(amount == Money(expected)) }
        let terms = try RateTerms(
            initialRate: Rate(unitsPerMinute: try #require(Money(vector.rate)).units),
            nextRate: Rate(unitsPerMinute: try #require(Money(vector.rate)).units),
            initialIncrementSeconds: Int64(vector.increments.initial),
            nextIncrementSeconds: Int64(vector.increments.next))
        var sliced = SlicedCall(
            RatingRules(terms: terms), CallUse(talkMilliseconds: 0, answeredMicroseconds: 0))
        var sum = Money.zero
        for slice in stride(from: Int64(0), through: vector.seconds * 1000, by: 7_001) {
            sum += try sliced.extend(toMilliseconds: slice)
        }
        sum += try sliced.extend(toMilliseconds: vector.seconds * 1000)
        #expect(sum == amount)
    }

    struct Extra: Sendable, CustomTestStringConvertible {
        let name: String
        /// Columns and values of the plan's extras; and steps or windows, with EXTRAS.
        var columns = "attempt_fee"
        var values = "0"
        var more = ""
        var seconds: Int64?
        var code = 200
        var hangup = "caller"
        let expected: String
        var testDescription: String { name }
    }

    /// The examples of decision 0021, through raw records.
    @Test(arguments: [
        Extra(name: "nothing said", seconds: 60, expected: "0.6 0.3"),
        Extra(name: "attempt, busy", values: "0.01", code: 486, expected: "0.01 0"),
        Extra(name: "attempt, cancelled", values: "0.01", code: 487, expected: "0.01 0"),
        Extra(name: "attempt, answered", values: "0.01", seconds: 60, expected: "0.61 0.3"),
        Extra(name: "refused by us is none", values: "0.01", code: 403, hangup: "router", expected: "0 0"),
        Extra(name: "lost is none", values: "0.01", code: 500, hangup: "lost", expected: "0 0"),
        Extra(
            name: "attempts of other ends", columns: "attempt_fee, attempt_fee_for", values: "0.01, '{busy}'",
            code: 503, expected: "0 0"),
        Extra(name: "free", columns: "free_s", values: "6", seconds: 6, expected: "0 0.03"),
        Extra(name: "not free any more", columns: "free_s", values: "6", seconds: 7, expected: "0.07 0.035"),
        Extra(name: "least seconds", columns: "minimum_s", values: "30", seconds: 3, expected: "0.3 0.015"),
        Extra(name: "least amount", columns: "minimum_amount", values: "0.2", seconds: 3, expected: "0.2 0.015"),
        Extra(
            name: "short call", columns: "short_call_s, short_call_fee", values: "6, 0.05", seconds: 5,
            expected: "0.1 0.025"),
        Extra(name: "cap", columns: "cap_amount", values: "0.5", seconds: 60, expected: "0.5 0.3"),
        Extra(
            name: "half of a call's later seconds",
            more: "insert into billing.rate_steps (tenant_id, rate_extras_id, kind, from_s, factor_bp) "
                + "values (TENANT, TENANT, 'talk', 60, 5000);",
            seconds: 61, expected: "0.605 0.305"),
        Extra(
            name: "of an hour of the day",
            more:
                "insert into billing.rate_windows (tenant_id, rate_extras_id, position, factor_bp, opens_at, closes_at)"
                + " values (TENANT, TENANT, 1, 5000, '00:00', '24:00');",
            seconds: 60, expected: "0.3 0.3"),
    ])
    func `extras of a plan`(extra: Extra) async throws {
        let market = try await RatedMarket(db)
        try await market.run(
            """
            insert into billing.rate_extras (tenant_id, id, rate_plan_id, valid_from, \(extra.columns))
            values (TENANT, TENANT, PLAN, '2020-01-01', \(extra.values));
            \(extra.more)
            """)
        let id = try await market.place(
            .init(milliseconds: extra.seconds.map { $0 * 1000 }, code: extra.code, hangup: extra.hangup))
        try await market.rate()
        #expect(try await market.amounts(of: id) == extra.expected)
        #expect(try await market.isBalanced())
    }

    @Test(arguments: Soak.seeds(short: 3, long: 60))
    func `what is kept with calls by chance leads SQL to the same amounts`(seed: UInt64) async throws {
        var random = RandomExtras(seed: seed)
        try await random.store(db.owner)
        let market = random.market
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: market)) }
        var placed = 0
        for _ in 0..<80 {
            try await place(&random)
            placed += 1
        }
        let rate = RateCalls(db.engine)
        while try await rate().calls > 0 {}
        let counted = try await db.engine.run(
            """
            select count(*), count(*) filter (where e.rating <> '{}'), count(r.rating_error), min(r.rating_error)
              from cdr.raw_cdr r
              left join cdr.enriched_cdr e on e.tenant_id = r.tenant_id and e.started_at = r.started_at and e.id = r.id
             where r.tenant_id = \(random.tenant)
            """
        ).first(Int.self, Int.self, Int.self, String?.self)
        let (calls, detailed, aside, reason) = try #require(counted)
        #expect(calls == placed && detailed > 10 && aside == 0, "\(reason ?? "")")
        for side in ["sell", "buy"] {
            let wrong = try await db.engine.run(Self.differences(side, random.tenant), deadline: .seconds(60))
                .values(String.self)
            #expect(wrong.isEmpty, "seed \(seed), \(side): \(wrong.prefix(3))")
        }
    }

    private func place(_ random: inout RandomExtras) async throws {
        let at = random.instant()
        let number = random.one(of: ["+12125550100", "+13105550100", "+442079460958", "+33142685300"])
        let isInbound = random.one(of: [true, false, false])
        let code = random.one(of: [200, 200, 200, 486, 503, 487])
        let talk = code == 200 ? random.number(0...900_000) : 0
        try await db.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, carrier_trunk_id, direction,
                                     caller, callee, answered_at, ended_at, duration_ms, sip_code, hangup)
            values (\(random.tenant), \(at), \(UUID.v7()), 'switch', \(random.tenant), \(random.deck),
                    \(isInbound ? "inbound" : "outbound"), '+12125550100', \(number), \(code == 200 ? at : nil), \(at),
                    \(talk), \(code), 'caller')
            """)
    }

    /// Calls whose extras are not those that hold, or whose amount or seconds SQL does not come to.
    private static func differences(_ side: String, _ tenant: UUID) -> SQL {
        let text = """
            select e.id || ': ' || e.SIDE_amount || ' ' || e.SIDE_billed_s || ' ' || e.rating || ' against '
                        || p.amount || ' ' || p.billed_s || ' ' || coalesce(x.id::text, '')
              from cdr.enriched_cdr e
              left join lateral (
                   select x.id from billing.rate_extras x
                     join accounts.accounts a on a.tenant_id = x.tenant_id
                    where x.tenant_id = e.tenant_id
                      and case 'SIDE' when 'sell' then x.rate_plan_id is not null and x.direction = e.direction
                                      else x.deck_id is not null end
                      and starts_with(ltrim(e.to_number, '+'), coalesce(x.prefix, ''))
                      and x.valid_from <= coalesce(e.answered_at, e.started_at)
                      and (x.valid_to > coalesce(e.answered_at, e.started_at) or x.valid_to is null)
                    order by length(x.prefix) desc nulls last, x.valid_from desc limit 1) x on true
             cross join lateral billing.rate_call(
                   e.tenant_id, x.id, coalesce(e.SIDE_connect_fee, 0), coalesce(e.SIDE_rate, 0),
                   coalesce(e.SIDE_rate, 0), coalesce(e.SIDE_initial_s, 1), coalesce(e.SIDE_next_s, 1),
                   ceil(e.talk_ms / 1000.0)::bigint, coalesce(e.answered_at, e.started_at), e.disposition,
                   coalesce((e.rating #>> '{SIDE,used_s}')::bigint, 0),
                   coalesce((e.rating #>> '{SIDE,included_s}')::bigint, 0)) p
             where e.tenant_id = 'TENANT' and ('SIDE' = 'sell' or e.direction = 'outbound')
               and (p.amount <> e.SIDE_amount or p.billed_s <> e.SIDE_billed_s
                    or e.SIDE_rate_id is not null and x.id is distinct from (e.rating #>> '{SIDE,extras}')::uuid
                    or e.disposition = 'answered' and e.SIDE_rate_id is null)
            """
        return SQL(unescaped: text.replacing("SIDE", with: side).replacing("TENANT", with: tenant.uuidString))
    }
}

extension RandomExtras {
    /// An account that has the plan, prices for all numbers on both sides, and a bundle.
    fileprivate var market: String {
        """
        insert into accounts.accounts (tenant_id, id, ban, name)
        values ('\(tenant)', '\(tenant)', upper(left('\(tenant)', 13)), 'x');
        insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
        values ('\(tenant)', '\(tenant)', '\(plan)', '2020-01-01');
        insert into billing.voice_rates (tenant_id, rate_plan_id, direction, prefix, rate, connect_fee,
                                         initial_increment_s, next_increment_s, valid_from)
        select '\(tenant)', '\(plan)', d, p, 0.01234567 * length(p), 0.005, 30 / length(p), 6, '2020-01-01'
          from unnest(array['outbound', 'inbound']) d, unnest(array['1', '33', '44', '1212']) p;
        insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, initial_increment_s, next_increment_s,
                                       valid_from)
        select '\(tenant)', '\(deck)', p, 0.00765432, 6, 6, '2020-01-01' from unnest(array['1', '33', '44']) p;
        insert into billing.bundles (tenant_id, rate_plan_id, name, prefixes, included, valid_from)
        values ('\(tenant)', '\(plan)', 'x', '{44,1310}', 700, '2020-01-01');
        """
    }
}
