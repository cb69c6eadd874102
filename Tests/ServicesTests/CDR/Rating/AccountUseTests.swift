import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Included seconds and steps of use: each second is used once, in the month that its call was answered in.
@Suite(.database, .serialized) struct AccountUseTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private static func date(_ text: String) throws -> Date {
        try #require(try? Date(text, strategy: .iso8601))
    }

    private func bundle(_ market: RatedMarket, included: Int, _ more: String = "", _ values: String = "") async throws {
        try await market.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, valid_from\(more))
            values (TENANT, TENANT, PLAN, 'x', '{44}', \(included), '2020-01-01'\(values));
            """)
    }

    private func counters(_ market: RatedMarket) async throws -> String? {
        try await market.text(
            """
            select string_agg(to_char(period_from, 'MM') || ' ' || used || '/' || included + carried_over, ', '
                              order by account_id, period_from)
              from billing.bundle_counters where tenant_id = \(market.tenant)
            """)
    }

    @Test func `a bundle's seconds go to the calls in the order of their answers`() async throws {
        let market = try await RatedMarket(db)
        try await bundle(market, included: 90)
        let at = try Self.date("2026-09-10T12:00:00Z")
        let second = try await market.place(.init(at: at.addingTimeInterval(60), milliseconds: 60_000))
        let first = try await market.place(.init(at: at, milliseconds: 60_000))
        let other = try await market.place(.init(to: "+33140205317", at: at, milliseconds: 60_000))
        let third = try await market.place(.init(at: at.addingTimeInterval(90), milliseconds: 60_000))
        #expect(try await market.rate() == .init(calls: 4, posted: 3))
        #expect(try await market.amounts(of: first) == "0 0.3")
        #expect(try await market.amounts(of: second) == "0.3 0.3")
        #expect(try await market.amounts(of: third) == "0.6 0.3")
        #expect(try await market.amounts(of: other) == "0.6 0.3")
        #expect(try await counters(market) == "09 90/90")
        let kept = try await market.text(
            """
            select concat_ws(' ', rating #>> '{sell,included_s}', rating #>> '{sell,bundles,0,s}',
                             (rating #>> '{sell,bundles,0,id}')::uuid = tenant_id)
              from cdr.enriched_cdr where id = \(second)
            """)
        #expect(kept == "30 30 t")
    }

    @Test func `a late call uses what its month has left, and never what was carried over`() async throws {
        let market = try await RatedMarket(db, timeZone: "America/New_York")
        try await bundle(market, included: 100, ", rolls_over", ", true")
        try await market.run("update billing.bundles set valid_from = '2026-09-01 04:00+00' where tenant_id = TENANT")
        // The last evening of September, which is October in UTC.
        let september = try Self.date("2026-10-01T03:00:00Z")
        try await market.place(.init(at: september, milliseconds: 30_000))
        try await market.rate()
        #expect(try await counters(market) == "09 30/100")
        try await market.place(.init(at: try Self.date("2026-10-02T12:00:00Z"), milliseconds: 160_000))
        try await market.rate()
        #expect(try await counters(market) == "09 30/100, 10 160/170")
        let late = try await market.place(.init(at: september.addingTimeInterval(60), milliseconds: 60_000))
        try await market.rate()
        #expect(try await market.amounts(of: late) == "0.6 0.3")
        #expect(try await counters(market) == "09 30/100, 10 160/170")
    }

    @Test func `a month without calls leaves its seconds to the next`() async throws {
        let market = try await RatedMarket(db)
        try await bundle(market, included: 100, ", rolls_over", ", true")
        try await market.run("update billing.bundles set valid_from = '2026-07-01' where tenant_id = TENANT")
        try await market.place(.init(at: try Self.date("2026-07-10T12:00:00Z"), milliseconds: 80_000))
        try await market.rate()
        let september = try await market.place(
            .init(at: try Self.date("2026-09-10T12:00:00Z"), milliseconds: 190_000))
        try await market.rate()
        let october = try await market.place(.init(at: try Self.date("2026-10-10T12:00:00Z"), milliseconds: 110_000))
        try await market.rate()
        #expect(try await market.amounts(of: september) == "0 0.95")
        #expect(try await market.amounts(of: october) == "0 0.55")
        #expect(try await counters(market) == "07 80/100, 08 0/120, 09 190/200, 10 110/110")
    }

    @Test func `seconds that are kept back for a call go to no other until it has ended`() async throws {
        let market = try await RatedMarket(db)
        try await bundle(market, included: 90)
        let (held, unanswered, over) = (UUID(), UUID(), UUID())
        try await market.run(
            """
            insert into billing.bundle_counters (tenant_id, account_id, bundle_id, period_from, period_to, included)
            values (TENANT, TENANT, TENANT, '2026-09-01', '2026-10-01', 90);
            insert into billing.bundle_holds (tenant_id, id, bundle_id, account_id, period_from, seconds, expires_at)
            select TENANT, h.id::uuid, TENANT, TENANT, '2026-09-01', h.seconds, now() + h.rest
              from (values ('\(held)', 60, interval '1 hour'), ('\(unanswered)', 20, interval '1 hour'),
                           ('\(over)', 50, interval '0')) as h (id, seconds, rest);
            """)
        let at = try Self.date("2026-09-10T12:00:00Z")
        func call(_ place: Double, _ milliseconds: Int64?, _ routingID: UUID? = nil) async throws -> UUID {
            try await market.place(
                .init(at: at.addingTimeInterval(place), milliseconds: milliseconds, routingID: routingID))
        }
        let other = try await call(0, 60_000)
        let own = try await call(1, 50_000, held)
        let last = try await call(2, 60_000)
        _ = try await call(3, nil, unanswered)
        try await market.rate()
        #expect(try await market.amounts(of: other) == "0.3 0.3")
        #expect(try await market.amounts(of: own) == "0 0.25")
        #expect(try await market.amounts(of: last) == "0.5 0.3")
        #expect(try await counters(market) == "09 90/90")
        let left = try await market.text(
            "select string_agg(id::text, ' ') from billing.bundle_holds where tenant_id = \(market.tenant)")
        #expect(left == over.text)
    }

    @Test func `customers below one another share a bundle that is to be shared`() async throws {
        let market = try await RatedMarket(db)
        try await bundle(market, included: 90, ", is_shared", ", true")
        let (child, other) = (UUID(), UUID())
        try await market.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id) values
                (TENANT, '\(child)', BAN('B'), 'x', TENANT), (TENANT, '\(other)', BAN('C'), 'x', null);
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            select TENANT, a, PLAN, '2020-01-01' from unnest(array['\(child)', '\(other)']::uuid[]) a;
            """)
        let at = try Self.date("2026-09-10T12:00:00Z")
        let one = try await market.place(.init(at: at, milliseconds: 60_000, account: child))
        let two = try await market.place(.init(at: at.addingTimeInterval(1), milliseconds: 60_000))
        let apart = try await market.place(.init(at: at, milliseconds: 60_000, account: other))
        try await market.rate()
        #expect(try await market.amounts(of: one) == "0 0.3")
        #expect(try await market.amounts(of: two) == "0.3 0.3")
        #expect(try await market.amounts(of: apart) == "0 0.3")
        let pools = try await market.text(
            """
            select string_agg(used::text, ' ' order by used desc) from billing.bundle_counters
             where tenant_id = \(market.tenant)
            """)
        #expect(pools == "90 60")
    }

    private func stepOfUse(_ market: RatedMarket, from seconds: Int, list: String = "PLAN, null") async throws {
        try await market.run(
            """
            insert into billing.rate_extras (tenant_id, id, rate_plan_id, deck_id, prefix, valid_from)
            values (TENANT, TENANT, \(list), '44', '2020-01-01');
            insert into billing.rate_steps (tenant_id, rate_extras_id, kind, from_s, factor_bp)
            values (TENANT, TENANT, 'usage', \(seconds), 5000);
            """)
    }

    @Test(arguments: ["PLAN, null", "null, DECK"])
    func `a step of use counts what was billed in the month before the call`(list: String) async throws {
        let market = try await RatedMarket(db)
        try await stepOfUse(market, from: 100, list: list)
        let at = try Self.date("2026-09-10T12:00:00Z")
        var calls: [UUID] = []
        for number in 0..<3 {
            calls.append(try await market.place(.init(at: at.addingTimeInterval(Double(number)), milliseconds: 60_000)))
        }
        try await market.rate()
        // A batch of its own, from the month before.
        calls.append(try await market.place(.init(at: at.addingTimeInterval(-40 * 86_400), milliseconds: 60_000)))
        try await market.place(.init(to: "+33140205317", at: at, milliseconds: 60_000))
        try await market.rate()
        var found: [String?] = []
        for call in calls { found.append(try await market.amounts(of: call)) }
        let isPlan = list.hasPrefix("PLAN")
        let (full, half) = ("0.6 0.3", isPlan ? "0.3 0.3" : "0.6 0.15")
        #expect(found == [full, full, half, full])
        let counted = try await market.text(
            """
            select string_agg(concat_ws(' ', coalesce(account_id, deck_id) in (tenant_id, \(market.deck)),
                                        to_char(period_from, 'MM'), prefix, used_s), ', ' order by period_from)
              from billing.usage_counters where tenant_id = \(market.tenant)
            """)
        #expect(counted == "t 08 44 60, t 09 44 180")
    }

    /// What a refused batch or a killed program used is not used; and two pipelines never give the same seconds away.
    @Test func `seconds are used once, whatever fails and however many pipelines there are`() async throws {
        let market = try await RatedMarket(db)
        try await bundle(market, included: 1_000)
        try await stepOfUse(market, from: 5_000)
        var ids: [UUID] = []
        for number in 0..<60 {
            let at = try Self.date("2026-09-10T12:00:00Z").addingTimeInterval(Double(number))
            ids.append(try await market.place(.init(at: at, milliseconds: 60_000)))
        }
        try await db.owner.run(
            "alter table cdr.enriched_cdr add constraint poison check (id <> \(unescaped: "'\(ids[7].text)'"))")
        async let left = market.rate()
        async let right = market.rate()
        _ = try await (left, right)
        try await db.owner.run("alter table cdr.enriched_cdr drop constraint poison")
        try await db.owner.run("update cdr.raw_cdr set rating_error = null where id = \(ids[7])")
        try await market.rate()
        #expect(try await counters(market) == "09 1000/1000")
        let kept = try await market.text(
            """
            select concat_ws(' ', count(*), sum((e.rating #>> '{sell,included_s}')::bigint), sum(e.sell_billed_s),
                             (select used_s from billing.usage_counters c where c.tenant_id = e.tenant_id),
                             count(distinct e.rating #>> '{sell,used_s}'))
              from cdr.enriched_cdr e where e.tenant_id = \(market.tenant) group by e.tenant_id
            """)
        #expect(kept == "60 1000 3600 3600 60")
        #expect(try await market.isBalanced())
    }
}
