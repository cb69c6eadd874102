import Foundation
import Postgres
import Services

/// What holds would cost with nothing around them: three tables without keys to others, triggers, policies and
/// comments, and one statement for a batch, which subtracts, adds and writes down. The ledger does not cost less.
struct BareHolds: Sendable {
    let bench: Workbench
    let database: String
    let batchSize: Int
    let sessions: Int

    static func make(_ bench: Workbench, database: String, batchSize: Int, sessions: Int) async throws -> BareHolds {
        let owner = try bench.client(database)
        try await owner.lease { session in
            try await session.runScript(
                """
                create schema bare;
                create table bare.balances (id uuid primary key, available numeric not null, held numeric not null)
                    with (fillfactor = 50);
                create table bare.holds (id uuid primary key, account_id uuid not null, amount numeric not null);
                create table bare.ledger (id uuid primary key, account_id uuid not null, available numeric not null,
                                          held numeric not null, posted_at timestamptz not null default now());
                insert into bare.balances
                select format('be300000-0000-7000-8000-%s', lpad(n::text, 12, '0'))::uuid, 1e9, 0
                  from generate_series(0, 999) n;
                grant usage on schema bare to heddle_engine;
                grant select, insert, update on all tables in schema bare to heddle_engine;
                """)
        }
        await owner.close()
        return BareHolds(bench: bench, database: database, batchSize: batchSize, sessions: sessions)
    }

    /// Holds per second over so many accounts.
    func rate(accounts: Int) async throws -> Double {
        let client = try bench.client(database, role: "heddle_engine", sessions: sessions)
        let batches = try await bench.rate(sessions: sessions) { try await hold(client, accounts, &$0) }
        await client.close()
        return batches * Double(batchSize)
    }

    private func hold(_ client: Database, _ accounts: Int, _ random: inout SplitMix) async throws {
        let ids = (0..<batchSize).map { _ in UUID.v7() }
        let payers = try (0..<batchSize).map { _ in
            try OperatorDatabase.customer(Int(random.next() % UInt64(accounts)))
        }
        let held = try await client.run(
            """
            with asked as (
                select * from unnest(\(ids), \(payers)) as a (id, account_id)
            ), locked as materialized (
                select b.id from bare.balances b
                 where b.id in (select account_id from asked) order by b.id for no key update
            ), moved as (
                update bare.balances b set available = b.available - s.amount, held = b.held + s.amount
                  from (select l.id, count(*) * 0.5 as amount from asked a join locked l on l.id = a.account_id
                         group by l.id) s
                 where b.id = s.id and b.available >= s.amount
                returning b.id
            ), held as (
                insert into bare.holds select a.id, a.account_id, 0.5 from asked a join moved m on m.id = a.account_id
                returning id, account_id
            ), posted as (
                insert into bare.ledger (id, account_id, available, held) select id, account_id, -0.5, 0.5 from held
            )
            select count(*) from held
            """
        ).value(Int.self)
        guard held == batchSize else { throw BenchError("\(held ?? 0) of \(batchSize) bare holds were placed") }
    }
}
