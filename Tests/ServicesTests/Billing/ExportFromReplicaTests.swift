import Foundation
import Postgres
import Schema
import Synchronization
import TestSupport
import Testing

@testable import Services

/// The list of an invoice's calls, read from a real standby.
@Suite struct ExportFromReplicaTests {
    /// What was said, and what was written.
    private final class Paper: Sendable {
        private let state = Mutex<(notices: [String], bytes: [UInt8], beginnings: Int)>(([], [], 0))
        func note(_ text: String) { state.withLock { $0.notices.append(text) } }
        func begin() { state.withLock { $0 = ($0.notices, [], $0.beginnings + 1) } }
        func write(_ bytes: [UInt8]) { state.withLock { $0.bytes += bytes } }
        var notices: [String] { state.withLock(\.notices) }
        var bytes: [UInt8] { state.withLock(\.bytes) }
        var beginnings: Int { state.withLock(\.beginnings) }
    }

    @Test func `the calls are read from the replica, the digest is kept by the primary, and nothing waits for either`()
        async throws
    {
        let primary = try await TestCluster.start(name: "exported")
        try await primary.createDatabase("heddle")
        let database = try TestDatabase("heddle", of: primary)
        try await Migrate(database.owner, migrations: Schema.migrations()).run()
        let tenant = try await BilledTenant(database, accounts: 1)
        try await tenant.call(3)
        let standby = try await TestStandby.start(of: primary, name: "exported-standby")
        let replica = try standby.cluster.client("heddle", role: "heddle_report") { $0.waitLimit = .seconds(5) }
        let admin = try standby.cluster.client("heddle")
        let invoice = try #require(try await tenant.invoice { $0.finalises = true }.cycles.first?.invoiceID)

        func export(_ choice: ReportSource.Choice, patience: Duration = .seconds(30)) async throws
            -> (ExportCallDetail.Written, Paper)
        {
            let paper = Paper()
            let source = ReportSource(
                database.engine, replica: replica, choice: choice, maximumLag: .seconds(3_600), patience: patience
            ) { paper.note($0) }
            let written = try await ExportCallDetail(database.engine, tenant: tenant.id, source: source)(
                invoice, begin: paper.begin, write: paper.write)
            return (written, paper)
        }
        let (there, first) = try await export(.replica)
        #expect(there.origin == ReportSource.Origin(isReplica: true, lagSeconds: 0))
        #expect(there.detail.calls == 3)
        #expect(
            try await tenant.read("select detail_digest from billing.invoices where tenant_id = TENANT")
                == [there.detail.digest])
        let (here, second) = try await export(.primary)
        #expect(here.detail == there.detail && second.bytes == first.bytes && !first.bytes.isEmpty)

        // What the replica does not have yet is read from the primary, or not at all.
        try await admin.run("select pg_wal_replay_pause()")
        try await until("the replay rests") {
            try await admin.run("select pg_get_wal_replay_pause_state()").value(String.self) == "paused"
        }
        try await tenant.call(2, month: "2026-06")
        let june = try #require(
            try await tenant.invoice {
                $0.until = BilledTenant.afterJune
                $0.finalises = true
            }.cycles.first?.invoiceID)
        let paper = Paper()
        func late(_ choice: ReportSource.Choice) -> ExportCallDetail {
            let source = ReportSource(
                database.engine, replica: replica, choice: choice, maximumLag: .seconds(3_600), patience: .zero
            ) { paper.note($0) }
            return ExportCallDetail(database.engine, tenant: tenant.id, source: source)
        }
        await #expect(throws: ReportSource.Unfit.self) { try await late(.replica)(june) }
        let written = try await late(.automatic)(june, begin: paper.begin, write: paper.write)
        #expect(!written.origin.isReplica && written.detail.calls == 2)
        #expect(paper.notices == ["read from the primary, the replica does not have the invoice yet"])
        #expect(paper.beginnings == 2)
        #expect(String(decoding: paper.bytes, as: UTF8.self).components(separatedBy: "\r\n").count == 5)

        for client in [admin, replica, database.owner, database.engine, database.app] { await client.close() }
        await standby.cluster.discard()
        await primary.discard()
    }
}
