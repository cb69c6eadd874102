import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

/// Months go to files by themselves.
@Suite(
    .database, .serialized,
    .enabled(if: ParquetTool.places.contains(where: FileManager.default.isExecutableFile), "DuckDB is not installed"))
struct ArchiveKeeperTests {
    private let db: TestDatabase
    private let log = RecordingLog()
    private let directory = NSTemporaryDirectory() + "heddle-archive-test-\(UUID().uuidString.prefix(8))"

    init() throws { db = try .suite }

    private func keep(program: String? = nil) async throws {
        try await ArchiveKeeper(
            db.engine, directory: directory, program: program, reactor: db.cluster.reactor, logger: log.logger
        ).keep()
    }

    /// A month with a call.
    private func fill(_ month: String, hasPrice: Bool = true) async throws {
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', \(month + "-01")::date)")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, processed_at)
            values (core.unattributed_tenant(), \(month + "-10")::timestamptz, \(UUID()), 'x', 200,
                    case when \(hasPrice) then now() end)
            """)
    }

    private func files() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []  // nothing was written yet
        return names.filter { $0.hasSuffix(".parquet") }.sorted()
    }

    @Test func `a month is written once, again when it was changed, and then dropped`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the system's sweep would do it
        try await fill("2019-03")
        try await keep()
        try await keep()
        let file = "\(directory)/cdr.raw_cdr-2019-03.parquet"
        #expect(log.informed.count == 1)
        #expect(log.informed.first?.hasPrefix("archived cdr.raw_cdr of 2019-03: 1 rows, ") == true)
        #expect(log.informed.first?.hasSuffix(", \(file)") == true)

        try await fill("2019-03")
        try await keep()
        #expect(log.informed.count == 2 && log.informed.last?.contains(": 2 rows, ") == true)

        try await HouseKeeper(db.engine, logger: log.logger).retain()
        #expect(log.informed.contains("dropped cdr.raw_cdr of 2019-03, which is in \(file)"))
        // What comes late waits for people, and is told of.
        try await fill("2019-03")
        try await keep()
        try await HouseKeeper(db.engine, logger: log.logger).retain()
        #expect(log.informed.contains { $0.contains("is in its file alone, but for what came since") })
        #expect(files() == ["cdr.raw_cdr-2019-03.parquet"] && log.errors.isEmpty)
    }

    @Test func `a month that something holds waits, and one that fails keeps no other one`() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the system's sweep would do it
        for month in ["2019-05", "2019-07"] { try await fill(month) }
        try await fill("2019-06", hasPrice: false)
        try await keep(program: "/bin/false")
        #expect(log.errors.count == 2)
        #expect(log.errors.first?.hasPrefix("cdr.raw_cdr of 2019-05 could not be archived: DuckDB failed") == true)
        #expect(files().isEmpty)

        try await keep()
        #expect(files() == ["cdr.raw_cdr-2019-05.parquet", "cdr.raw_cdr-2019-07.parquet"])
        #expect(log.informed.contains("cdr.raw_cdr of 2019-06 is not archived yet: 1 calls have no price yet"))
    }
}
