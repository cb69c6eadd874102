import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// A call of an account below resellers is charged to each of them by its own plan.
@Suite(.database, .serialized) struct ResellerChargeTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    /// The account below a reseller (R) below a head office that buys nothing below another reseller (T).
    private func makeChain(_ market: RatedMarket, _ near: UUID, _ top: UUID) async throws {
        let office = UUID()
        try await market.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, kind, parent_account_id) values
                (TENANT, '\(top)', BAN('T'), 'x', 'reseller', null),
                (TENANT, '\(office)', BAN('O'), 'x', 'customer', '\(top)'),
                (TENANT, '\(near)', BAN('R'), 'x', 'reseller', '\(office)');
            update accounts.accounts set parent_account_id = '\(near)' where tenant_id = TENANT and id = TENANT;
            insert into billing.rate_plans (tenant_id, id, name) values
                (TENANT, '\(near)', 'near'), (TENANT, '\(top)', 'top');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            select TENANT, a, a, '2020-01-01' from unnest(array['\(near)', '\(top)']::uuid[]) a;
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, initial_increment_s,
                                             next_increment_s, valid_from)
            values (TENANT, '\(near)', '44', 0.5, 60, 60, '2020-01-01'),
                   (TENANT, '\(top)', '44', 0.4, 1, 1, '2020-01-01'), (TENANT, '\(top)', '33', 0.4, 1, 1, '2020-01-01');
            insert into billing.rate_extras (tenant_id, rate_plan_id, cap_amount, valid_from)
            values (TENANT, '\(top)', 0.35, '2020-01-01');
            """)
    }

    private func levels(_ market: RatedMarket) async throws -> String? {
        try await market.text(
            """
            select string_agg(concat_ws(' ', left(a.ban, 1), l.level, left(b.ban, 1), trim_scale(l.rate),
                                        l.billed_s, trim_scale(l.amount),
                                        trim_scale(l.sold_amount), trim_scale(l.margin),
                                        (l.rating ->> 'capped')::boolean), ', ' order by l.level)
              from cdr.level_charges l
              join accounts.accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
              join accounts.accounts b on b.tenant_id = l.tenant_id and b.id = l.below_account_id
             where l.tenant_id = \(market.tenant)
            """)
    }

    private func balances(_ market: RatedMarket) async throws -> String? {
        try await market.text(
            """
            select string_agg(left(a.ban, 1) || ' ' || trim_scale(b.available), ', ' order by a.ban)
              from billing.account_balance b
              join accounts.accounts a on a.tenant_id = b.tenant_id and a.id = b.account_id
             where b.tenant_id = \(market.tenant)
            """)
    }

    @Test func `each level pays by its own plan, once, and the margin between is told`() async throws {
        let market = try await RatedMarket(db)
        let (near, top) = (UUID(), UUID())
        try await makeChain(market, near, top)
        let id = try await market.place(.init(milliseconds: 61_000))
        #expect(try await market.rate() == .init(calls: 1, posted: 3))
        #expect(try await market.amounts(of: id) == "0.61 0.305")
        #expect(try await levels(market) == "R 1 A 0.5 120 1 0.61 -0.39, T 2 R 0.4 61 0.35 1 0.65 t")
        let after = "A -0.61, O 0, R -1, T -0.35"
        #expect(try await balances(market) == after)
        #expect(try await market.isBalanced())
        // The same record once more changes nothing.
        try await db.owner.run("update cdr.raw_cdr set processed_at = null where id = \(id)")
        try await market.rate()
        #expect(try await balances(market) == after)
        #expect(try await levels(market)?.split(separator: ",").count == 2)
    }

    @Test func `what a reseller has no price for is set aside, and what nobody answered costs it nothing`() async throws
    {
        let market = try await RatedMarket(db)
        let (near, top) = (UUID(), UUID())
        try await makeChain(market, near, top)
        let missing = try await market.place(.init(to: "+33140205317", milliseconds: 60_000))
        let busy = try await market.place(.init(code: 486))
        try await market.rate()
        #expect(
            try await market.amounts(of: missing)
                == "its reseller's rate plan had no price for +331… when it was answered")
        #expect(try await market.amounts(of: busy) == "0 0")
        #expect(try await levels(market) == nil)
    }

    @Test func `a reseller without a plan buys nothing`() async throws {
        let market = try await RatedMarket(db)
        let (near, top) = (UUID(), UUID())
        try await makeChain(market, near, top)
        try await market.run("delete from billing.account_rate_plan where account_id = '\(near)'")
        let id = try await market.place(.init(milliseconds: 60_000))
        try await market.rate()
        #expect(try await market.amounts(of: id) == "0.6 0.3")
        #expect(try await levels(market) == "T 2 A 0.4 60 0.35 0.6 0.25 t")
    }

    @Test func `the operator's margin goes by what the topmost reseller is charged`() async throws {
        let market = try await RatedMarket(db)
        let (near, top) = (UUID(), UUID())
        try await makeChain(market, near, top)
        try await market.place(.init(milliseconds: 61_000))
        try await market.rate()
        let day = Date(timeIntervalSince1970: 1_789_948_800)
        let span = try #require(ReportSpan(from: day, until: day.addingTimeInterval(86_400)))
        let hours = try #require(ReportSpan(from: day.addingTimeInterval(3_600), until: span.until))
        let report = ReportMargin(ReportSource(db.engine), tenant: market.tenant)
        for (grouping, span) in ReportGrouping.allCases.map({ ($0, span) }) + [(.customer, hours), (.day, hours)] {
            let rows = try await report(by: grouping, in: span).rows
            let lines = rows.map { "\($0.calls) \($0.resold) sell \($0.sell) buy \($0.buy) margin \($0.margin)" }
            #expect(lines == ["1 1 sell 0.35 buy 0.305 margin 0.045"], "\(grouping)")
        }
    }
}
