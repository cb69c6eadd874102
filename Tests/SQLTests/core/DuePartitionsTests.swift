import Foundation
import Postgres
import TestSupport
import Testing

/// core.due_partitions: the months that nobody keeps.
@Suite(.database, .serialized) struct DuePartitionsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func due(_ partition: String? = nil) async throws -> [String] {
        try await db.engine.run(
            "select partition::text from core.due_partitions('2026-11-26', \(partition)::text::regclass)"
        ).decode(String.self)
    }

    @Test func `are those that ended before every retention and hold nobody's rows, the oldest first`() async throws {
        let tenant = try await db.tenant()
        for month in ["2012-05-01", "2011-03-01", "2013-01-01", "2026-01-01"] {
            try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', \(month)::date)")
        }
        try await db.owner.run(
            "insert into core.retention_policies (tenant_id, name, months) values (\(tenant.id), 'cdr.raw_cdr', 999)")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
            values (\(tenant.id), '2013-01-10', \(UUID()), 'x', 200)
            """)
        #expect(try await due() == ["cdr.raw_cdr_p201103", "cdr.raw_cdr_p201205"])
        #expect(try await due("cdr.raw_cdr_p201205") == ["cdr.raw_cdr_p201205"])
        #expect(try await due("cdr.raw_cdr_p201301") == [])
        #expect(try await due("cdr.raw_cdr_p202601") == [])
        #expect(try await due("cdr.raw_cdr_default") == [])
    }

    @Test func `are asked for by the engine alone`() async throws {
        let refusal = try await Refusal.of { try await db.app.run("select * from core.due_partitions()") }
        #expect(refusal == .notPermitted)
    }
}
