import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

/// Fraud is told in the log, where whoever is on duty sees it.
@Suite(.database) struct CallWatcherTests {
    @Test func `what is found is told`() async throws {
        let db = try TestDatabase.suite
        let (tenant, account, log) = (UUID(), UUID(), RecordingLog())
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), 'watcher', 'x')")
        try await db.owner.run(
            "insert into accounts.accounts (tenant_id, id, ban, name) values (\(tenant), \(account), 'WATCHER', 'x')")
        try await db.owner.run("select billing.top_up(\(tenant), \(account), \(UUID()), 100, 'x')")
        try await db.owner.run(
            "insert into billing.spend_caps (tenant_id, span, amount, action) values (\(tenant), 'day', 1, 'alert')")
        for _ in 0..<2 {
            try await db.engine.run(
                """
                select * from billing.hold_calls(\(tenant), array[\(account)]::uuid[], array[\(UUID())]::uuid[],
                                                 array[2.0], array[0.1], array[null::text])
                """)
        }
        let watcher = CallWatcher(db.engine, logger: log.logger)
        try await watcher.watch()
        try await watcher.watch()
        let told = log.warnings.filter { $0.contains("spend of a day of account") }
        #expect(told.count == 1 && told.first?.contains(": alert, incident ") == true, "\(log.warnings)")
    }
}
