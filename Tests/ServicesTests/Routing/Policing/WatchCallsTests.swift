import Foundation
import Postgres
import Services
import TestSupport
import Testing

/// Fraud is looked for at every operator that has rules about it, and only there.
@Suite(.database) struct WatchCallsTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    /// An operator with an account that called three times just now.
    private func busyOperator(_ name: String, watches: Bool) async throws -> (tenant: UUID, account: UUID) {
        let (tenant, account) = (UUID(), UUID())
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), \(name), 'x')")
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (\(tenant), \(account), \(name.uppercased()), 'x')
            """)
        try await db.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source,
                                                  direction, state, account_id, to_number, code, snapshot_version)
            select \(tenant), now() - n * interval '1 second', core.uuid_v7(), 'x', 'x', 'x', 'x', 'outbound', 'open',
                   \(account), '+442079460958', 200, 1
              from generate_series(1, 3) n
            """)
        if watches {
            try await db.owner.run(
                """
                insert into routing.fraud_rules (tenant_id, name, kind, min_calls, action)
                values (\(tenant), 'Too many calls', 'velocity', 3, 'block_prefix')
                """)
        }
        return (tenant, account)
    }

    @Test func `each operator's own rules, and the same calls once`() async throws {
        let watched = try await busyOperator("watched", watches: true)
        let unwatched = try await busyOperator("unwatched", watches: false)
        let watchCalls = WatchCalls(db.engine)
        let findings = try await watchCalls()
        #expect(findings.map(\.tenantID) == [watched.tenant])
        let finding = try #require(findings.first)
        #expect(finding.accountID == watched.account && finding.isNew)
        #expect(finding.name == "Too many calls" && finding.action == "block_prefix" && finding.prefix == "44")
        #expect(try await watchCalls() == [])
        let suspended = try await db.owner.run(
            """
            select tenant_id from routing.destination_rules
             where tenant_id in (\(watched.tenant), \(unwatched.tenant)) and effect = 'suspend'
            """
        ).values(UUID.self)
        #expect(suspended == [watched.tenant])
    }
}
