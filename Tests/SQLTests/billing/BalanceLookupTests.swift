import Foundation
import Postgres
import TestSupport
import Testing

/// How billing.place_holds and billing.post_calls find balances: by their key, also while the statistics are those of
/// a table that was short, as after many accounts were made at once.
@Suite(.database) struct BalanceLookupTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Ends a transaction that is not to change anything.
    private struct TakenBack: Error {}

    @Test(arguments: ["place_holds", "post_calls"]) func `no other balance of the tenant is read`(
        function: String
    ) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let (id, amounts): ([UUID], [Amount]) = ([UUID()], ["1"])
        await #expect(throws: TakenBack.self) {
            try await db.owner.transaction { session in
                try await session.run("analyze billing.account_balance")
                try await session.run("set local session_replication_role = replica")
                try await session.run(
                    """
                    insert into billing.account_balance (tenant_id, account_id, currency)
                    select \(tenant.id), gen_random_uuid(), 'USD' from generate_series(1, 5000)
                    """)
                try await session.run("set local session_replication_role = origin")
                let before = try await rowsRead(session)
                if function == "place_holds" {
                    try await session.run(
                        "select billing.place_holds(\(tenant.id), \([account.id]), \(id), \(amounts), \(amounts))")
                } else {
                    try await session.run(
                        "select billing.post_calls(\(tenant.id), \(id), \([account.id]), \(id), \(amounts))")
                }
                let read = try await rowsRead(session) - before
                #expect((1...50).contains(read), "\(read)")
                throw TakenBack()
            }
        }
    }

    private func rowsRead(_ session: Connection) async throws -> Int {
        let rows = try await session.run(
            """
            select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
             where schemaname = 'billing' and relname = 'account_balance'
            """)
        return try #require(try rows.value(Int.self))
    }
}
