import Foundation
import Postgres
import Schema
import Synchronization
import TestSupport
import Testing

@testable import Services

/// Reports from a real standby: what they are read from, what they lack, and whose rows they show.
@Suite(.serialized) struct ReportSourceTests {
    private static let other = UUID()
    private static let hour = Date(timeIntervalSince1970: 1_794_999_600)

    /// What the source says when it cannot do what it should.
    private final class Notices: Sendable {
        private let texts = Mutex<[String]>([])
        func note(_ text: String) { texts.withLock { $0.append(text) } }
        var all: [String] { texts.withLock(\.self) }
    }

    /// A call of a tenant in the hour, and its sum.
    private func call(_ owner: Database, _ tenant: UUID) async throws {
        try await owner.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                          posted_at)
            values (\(tenant), \(Self.hour), \(UUID.v7()), 'outbound', 'failed', 503, 'USD', now())
            """)
        try await owner.run(
            "select cdr.roll_up(\(tenant), \(Self.hour), \(Self.hour)::timestamptz + interval '1 hour')")
    }

    private func calls(_ source: ReportSource) async throws -> (calls: Int, origin: ReportSource.Origin) {
        let (calls, origin) = try await source.read(for: SeedDemo.tenant) { session in
            try await session.run(
                "select coalesce(sum(calls), 0)::bigint from cdr.hourly_summary where tenant_id = \(SeedDemo.tenant)"
            ).value(Int.self)
        }
        return (calls ?? 0, origin)
    }

    @Test func `reports are read from a replica that keeps up, and from the primary when it does not`() async throws {
        let primary = try await TestCluster.start(name: "reported")
        try await primary.createDatabase("heddle")
        let owner = try primary.client("heddle")
        try await Migrate(owner, migrations: Schema.migrations()).run()
        try await SeedDemo(owner)()
        try await owner.run("insert into core.tenants (id, slug, name) values (\(Self.other), 'other', 'Other')")
        try await call(owner, Self.other)
        let standby = try await TestStandby.start(of: primary, name: "standby")
        let engine = try primary.client("heddle", role: "heddle_engine")
        let replica = try standby.cluster.client("heddle", role: "heddle_report") { $0.waitLimit = .seconds(5) }
        let admin = try standby.cluster.client("heddle")
        let notices = Notices()
        func source(_ choice: ReportSource.Choice = .automatic, maximumLag: Duration = .seconds(3_600)) -> ReportSource
        {
            ReportSource(
                engine, replica: replica, choice: choice, maximumLag: maximumLag,
                patience: choice == .automatic && maximumLag > .seconds(60) ? .seconds(30) : .seconds(1)
            ) { notices.note($0) }
        }

        // What was posted a moment ago is in it.
        for number in 1...3 {
            try await call(owner, SeedDemo.tenant)
            #expect(try await calls(source()) == (number, ReportSource.Origin(isReplica: true, lagSeconds: 0)))
        }
        #expect(try await calls(source(.primary)).origin.isReplica == false)
        #expect(notices.all.isEmpty)

        try await hidesOthers(replica)
        try await writesNothing(replica, admin)

        // It stops following: what is allowed to be old is read there, with its age, the rest from the primary.
        try await admin.run("select pg_wal_replay_pause()")
        try await until("the replay rests") {
            try await admin.run("select pg_get_wal_replay_pause_state()").value(String.self) == "paused"
        }
        try await call(owner, SeedDemo.tenant)
        let old = try await calls(source(.replica))
        #expect(old.calls == 3 && old.origin.isReplica && old.origin.lagSeconds > 0)
        #expect(try await calls(source(maximumLag: .seconds(1))).calls == 4)
        #expect(notices.all.count == 1 && notices.all[0].hasSuffix("s behind, at most 1 s are allowed"))
        await #expect(throws: ReportSource.Unfit.self) { try await calls(source(.replica, maximumLag: .seconds(1))) }
        try await admin.run("select pg_wal_replay_resume()")
        #expect(try await calls(source()) == (4, ReportSource.Origin(isReplica: true, lagSeconds: 0)))

        // A server that is no replica, and one that is gone.
        let wrong = ReportSource(engine, replica: engine) { notices.note($0) }
        #expect(try await calls(wrong).origin.isReplica == false)
        #expect(notices.all.last?.hasSuffix("is no replica") == true)
        await admin.close()
        await standby.cluster.discard()
        #expect(try await calls(source()).origin.isReplica == false)
        #expect(notices.all.last?.contains("cannot be reached") == true)
        await #expect(throws: ReportSource.Unfit.self) { try await calls(source(.replica)) }
        for client in [owner, engine, replica] { await client.close() }
        await primary.discard()
    }

    /// Row policies hold on a replica as on the primary: without a context there are no rows, with one only its own.
    private func hidesOthers(_ replica: Database) async throws {
        let count: SQL = "select tenant_id from cdr.hourly_summary"
        #expect(try await replica.run(count).isEmpty)
        for tenant in [SeedDemo.tenant, Self.other] {
            let seen = try await replica.run([
                "select core.set_context(\(tenant), 'tenant', null, null)", count,
            ])[1].values(UUID.self)
            #expect(Set(seen) == [tenant])
        }
        let people = try await replica.run([
            "select core.set_context(\(SeedDemo.tenant), 'account', \([SeedDemo.customerAccount]), null)", count,
        ])[1]
        #expect(people.isEmpty)  // the calls are nobody's
    }

    private func writesNothing(_ replica: Database, _ admin: Database) async throws {
        for client in [replica, admin] {
            let error = await #expect(throws: PostgresError.self) {
                try await client.run("update cdr.hourly_summary set calls = 0")
            }
            #expect(["25006", "42501"].contains(error?.sqlState))
        }
    }
}
