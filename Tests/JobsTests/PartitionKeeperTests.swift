import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

/// Partitions are made ahead of time, and what none was there for is told.
@Suite(.database) struct PartitionKeeperTests {
    @Test func `rows outside every month are warned of, each time`() async throws {
        let db = try TestDatabase.suite
        let log = RecordingLog()
        let keeper = PartitionKeeper(db.engine, logger: log.logger)
        try await keeper.keep()
        #expect(log.warnings == [])
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
            select core.unattributed_tenant(), '2001-01-01', gen_random_uuid(), 'x', 200 from generate_series(1, 3)
            """)
        for times in 1...2 {
            try await keeper.keep()
            #expect(log.warnings.count == times)
        }
        #expect(log.warnings.last?.contains("cdr.raw_cdr_default has 3 rows") == true)
    }
}
