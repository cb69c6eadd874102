import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

/// How often the numbers of caller-ID pools are shown.
@Suite(.database) struct PoolKeeperTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a number that was shown often enough is let rest, and that is told`() async throws {
        let tenant = UUID()
        let script = """
            insert into core.tenants (id, slug, name) values (TENANT, 'k-' || left(TENANT::text, 13), 'x');
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (TENANT, TENANT, 'K-' || left(TENANT::text, 8), 'x');
            insert into numbers.inventory (tenant_id, number) values (TENANT, '+12125550177');
            insert into numbers.dids (tenant_id, id, account_id, number)
            values (TENANT, TENANT, TENANT, '+12125550177');
            insert into routing.caller_id_pools (tenant_id, id, account_id, name, calls_per_number_day)
            values (TENANT, TENANT, TENANT, 'x', 1);
            insert into routing.caller_id_pool_numbers (tenant_id, caller_id_pool_id, did_id, account_id)
            values (TENANT, TENANT, TENANT, TENANT);
            insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                                  direction, state, account_id, from_number, code, snapshot_version)
            values (TENANT, now(), TENANT, 'x', 'x', 'x', 'x', 'outbound', 'open', TENANT, '+12125550177', 200, 1);
            """.replacing("TENANT", with: "'\(tenant)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        let log = RecordingLog()
        let keeper = PoolKeeper(db.engine, logger: log.logger)
        try await keeper.keep()
        try await keeper.keep()
        let status = try await db.owner.run(
            "select status::text from routing.caller_id_pool_numbers where tenant_id = \(tenant)"
        ).value(String.self)
        #expect(status == "resting")
        #expect(log.informed == ["1 numbers of caller-ID pools went to rest or came back"])
    }
}
