import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What resellers are charged for the calls of accounts below them is rated again too, each level by its own plan.
@Suite(.database, .serialized) struct RerateLevelsTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    /// Customer One below a reseller (Near), whose plan has steps of use, below one that has no plan yet (Top).
    private func makeMarket(calls: Int, seed: UInt64 = 1) async throws -> RerateMarket {
        let market = try await RerateMarket(db)
        try await market.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, kind, parent_account_id)
            select ID, md5('top' || ID::text)::uuid, 'T' || upper(left(ID::text, 12)), 'Top', 'reseller', null;
            insert into accounts.accounts (tenant_id, id, ban, name, kind, parent_account_id)
            select ID, md5('near' || ID::text)::uuid, 'N' || upper(left(ID::text, 12)), 'Near', 'reseller',
                   md5('top' || ID::text)::uuid;
            update accounts.accounts set parent_account_id = md5('near' || ID::text)::uuid
             where tenant_id = ID and id = ID;
            insert into billing.rate_plans (tenant_id, id, name)
            select ID, md5(n || ID::text)::uuid, n || ' plan' from unnest('{near,top}'::text[]) n;
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            select ID, md5('near' || ID::text)::uuid, md5('near' || ID::text)::uuid, '2020-01-01';
            insert into billing.voice_rates (tenant_id, rate_plan_id, direction, prefix, rate, valid_from)
            select ID, md5(n || ID::text)::uuid, d, p, case n when 'near' then 0.0183 else 0.0151 end, '2020-01-01'
              from unnest('{near,top}'::text[]) n, unnest('{outbound,inbound}'::text[]) d,
                   unnest('{1,33,44}'::text[]) p;
            insert into billing.rate_extras (tenant_id, id, rate_plan_id, direction, valid_from)
            select ID, md5('near' || ID::text)::uuid, md5('near' || ID::text)::uuid, 'outbound', '2020-01-01';
            insert into billing.rate_steps (tenant_id, rate_extras_id, kind, from_s, factor_bp)
            select ID, md5('near' || ID::text)::uuid, 'usage', 900, 8000;
            """)
        try await market.call(calls, seed: seed)
        return market
    }

    /// Of each reseller: its charges, what the ledger has of them, and its balance; and what is wrong.
    private func books(_ market: RerateMarket) async throws -> [String] {
        try await market.read(
            """
            select concat_ws(' ', a.name, (select count(*) from cdr.level_charges l
                                            where l.tenant_id = ID and l.account_id = a.id) > 0,
                             (select coalesce(sum(l.amount), 0) from cdr.level_charges l
                               where l.tenant_id = ID and l.account_id = a.id)
                             = (select coalesce(sum(g.counter), 0) from billing.ledger g
                                 where g.tenant_id = ID and g.account_id = a.id))
              from accounts.accounts a where a.tenant_id = ID and a.kind = 'reseller'
            union all
            select problem from billing.check_levels(ID, array(select a.id from accounts.accounts a
                                                                where a.tenant_id = ID), '-infinity', 'infinity')
            union all
            select problem from billing.check_entries(ID, array(select a.id from accounts.accounts a
                                                                 where a.tenant_id = ID), '-infinity', 'infinity')
            union all
            select bucket from billing.check_ledger(ID)
            order by 1
            """)
    }

    private static let assignTop = """
        insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
        select ID, md5('top' || ID::text)::uuid, md5('top' || ID::text)::uuid, '2020-01-01';
        """

    @Test(arguments: [1, 2] as [UInt64]) func `the same prices make no difference at any level`(
        seed: UInt64
    ) async throws {
        let market = try await makeMarket(calls: 90, seed: seed)
        let run = try await market.rerate()
        let counts: [Int] = [run.seen, run.rated, run.different, run.unpriced]
        #expect(counts == [90, 90, 0, 0])
        #expect(try await books(market) == ["Near t t", "Top f t"])
    }

    @Test func `each level has its difference once, and is a row of its own by account`() async throws {
        let market = try await makeMarket(calls: 60)
        try await market.run(
            """
            update billing.voice_rates set rate = 0.0199
             where tenant_id = ID and rate_plan_id = md5('near' || ID::text)::uuid and prefix in ('44', '33');
            """)
        let run = try await market.rerate()
        #expect(run.different > 0)
        let report = ReportRerate(db.engine, tenant: market.id)
        let rows = try await report(run.id, by: .account)
        #expect(rows.map { String($0.name.prefix(4)) } == ["Near"])
        let row = try #require(rows.first)
        #expect(row.calls == run.different)
        #expect(try await report(run.id, by: .destination) == [])
        let charged = "select sum(amount)::text from cdr.level_charges where tenant_id = ID"
        let before = try #require(MoneySum(try await market.read(charged)[0]))
        for _ in 0..<2 {
            #expect(try await market.post(run, batchSize: 7).posted == run.different)
            #expect(try await market.read(charged) == [(before + row.sell.difference).text(minimumDecimals: 8)])
            #expect(try await books(market) == ["Near t t", "Top f t"])
        }
        #expect(try await market.rerate().different == 0)
    }

    @Test func `one whose plan was assigned late is charged what it was not`() async throws {
        let market = try await makeMarket(calls: 60)
        try await market.run(Self.assignTop)
        let run = try await market.rerate()
        #expect(try await market.post(run).posted == run.different)
        #expect(try await books(market) == ["Near t t", "Top t t"])
        #expect(
            try await market.read(
                """
                select distinct concat_ws(' ', l.level, b.name, l.sold_amount = k.amount, l.rate)
                  from cdr.level_charges l
                  join accounts.accounts a on a.tenant_id = ID and a.id = l.account_id and a.name = 'Top'
                  join accounts.accounts b on b.tenant_id = ID and b.id = l.below_account_id
                  join cdr.level_charges k
                    on k.tenant_id = ID and k.started_at = l.started_at and k.cdr_id = l.cdr_id and k.level = 1
                 where l.tenant_id = ID
                """) == ["2 Near t 0.01510000"])
        #expect(try await market.rerate().different == 0)
    }

    @Test func `who came above an account later has no part in its earlier calls`() async throws {
        let market = try await makeMarket(calls: 30)
        try await market.run(
            """
            update accounts.accounts set parent_account_id = md5('top' || ID::text)::uuid
             where tenant_id = ID and id = PLAN;
            """ + Self.assignTop)
        let run = try await market.rerate()
        #expect(
            try await market.read(
                """
                select distinct (e.account_id = ID)::text from billing.rerate_calls c
                  join cdr.enriched_cdr e on e.tenant_id = ID and e.started_at = c.started_at and e.id = c.cdr_id
                 where c.tenant_id = ID
                """) == ["true"])
        #expect(try await market.post(run).posted == run.different)
        #expect(try await books(market) == ["Near t t", "Top t t"])
    }

    @Test func `a run about a reseller is about what it is charged, and nobody else`() async throws {
        let market = try await makeMarket(calls: 60)
        try await market.run(
            Self.assignTop + "update billing.voice_rates set rate = rate * 2 where tenant_id = ID and rate is not null")
        func accounts(_ name: String) async throws -> [String] {
            let run = try await market.rerate { ($0.account, $0.side) = (name, .sell) }
            return try await ReportRerate(db.engine, tenant: market.id)(run.id, by: .account).map {
                String($0.name.prefix { $0 != "(" })
            }
        }
        #expect(try await accounts("Near") == ["Near "])
        #expect(try await accounts("Top") == ["Top "])
        #expect(try await accounts("Customer One") == ["Customer One "])
    }
}
