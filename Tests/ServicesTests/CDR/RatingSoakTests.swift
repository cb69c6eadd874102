import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Very many calls through rating: the ledger is the sum that SQL makes of the same calls by itself.
@Suite(.database) struct RatingSoakTests {
    private let calls = Soak.count(short: 2_000, long: 1_000_000)

    @Test func `the ledger of many calls is the sum of their prices`() async throws {
        let database = try TestDatabase.suite
        try await SeedDemo(database.owner)()
        // What the reseller above the account is charged has its own tests.
        try await database.owner.run(
            "update accounts.accounts set parent_account_id = null where parent_account_id is not null")
        let before = try await balance(database)
        try await place(database)
        while try await RateCalls(database.engine)().calls > 0 {}
        // Toll-free calls to the number of account 11: 0.0190 a minute, in steps of six seconds begun.
        let wanted = try await database.owner.run(
            """
            select coalesce(sum(ceil(ceil(duration_ms / 1000.0) / 6) * 6 * 0.0190 / 60), 0)::numeric(20, 8)::text
              from cdr.raw_cdr where starts_with(call_id, 'soak-') and answered_at is not null
            """, deadline: .seconds(30)
        ).value(String.self)
        let counted = try await database.owner.run(
            """
            select count(*), count(distinct (e.tenant_id, e.started_at, e.id)),
                   sum(e.sell_amount)::numeric(20, 8)::text,
                   (select -coalesce(sum(l.available + l.held), 0)::numeric(20, 8)
                      from billing.ledger l where l.source not in ('payment', 'adjustment'))::text,
                   (select count(*) from core.tenants t cross join lateral billing.check_ledger(t.id))
              from cdr.enriched_cdr e where e.posted_at is not null
            """, deadline: .seconds(30)
        ).first(Int.self, Int.self, String.self, String?.self, Int.self)
        let found = try #require(counted)
        #expect(found.0 == calls && found.1 == calls && found.4 == 0)
        #expect(found.2 == wanted)
        let spent = try await database.owner.run(
            "select (\(before)::numeric - \(try await balance(database))::numeric)::numeric(20, 8)::text"
        ).value(String.self)
        #expect(spent == wanted)
    }

    private func balance(_ database: TestDatabase) async throws -> String {
        let sum = try await database.owner.run(
            "select sum(available + held)::text from billing.account_balance"
        ).value(String.self)
        return try #require(sum)
    }

    /// Calls of every length up to twenty minutes; each seventh was not answered.
    private func place(_ database: TestDatabase) async throws {
        try await database.owner.lease { session in
            try await session.runScript(
                """
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, trunk_id, sell_rate_id,
                                         direction, call_id, answered_at, ended_at, duration_ms, sip_code, hangup)
                select 'de300000-0000-7000-8000-000000000001', c.at, gen_random_uuid(), 'edge-1',
                       'de300000-0000-7000-8000-000000000011', 'de300000-0000-7000-8000-000000000500',
                       public.uuid_generate_v5('de300000-0000-7000-8000-000000000400', 'inbound 1888'), 'inbound',
                       'soak-' || c.number, case when c.number % 7 > 0 then c.at end,
                       c.at + c.talk * interval '1 millisecond', case when c.number % 7 > 0 then c.talk else 0 end,
                       case when c.number % 7 > 0 then 200 else 486 end, 'caller'
                  from (select number, timestamptz '2026-09-21 14:00:00+00' + number * interval '1 millisecond' as at,
                               1 + number::bigint * 7919 % 1200000 as talk
                          from generate_series(1, \(unescaped: String(calls))) number) c
                """)
        }
    }
}
