import Foundation
import Logging
import Postgres
import Services
import TestSupport
import Testing

@testable import Jobs

/// The jobs, with the database.
@Suite(.database, .serialized) struct CDRPipelineTests {
    @Test func `files go through to the ledger, and calls in progress are left alone`() async throws {
        let database = try TestDatabase.suite
        let directory = StaleRuns.directory("jobs")
        try FileManager.default.createDirectory(atPath: "\(directory)/spool", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the next run's sweep would do it
        let ids = Array(repeating: "", count: 9)
        let fields =
            ["", "", "3.2", "1", "edge-1"] + ids + ["call-1", "1", "", "+12125550100", "+14155550142"]
            + ["127.0.0.9;5060;udp", "1790000000000000", "", "", "", "503", "Away", "edge", ""]
        let line = fields.joined(separator: "|") + "\n"
        try line.write(toFile: "\(directory)/spool/cdr_1.log", atomically: true, encoding: .utf8)
        let pipeline = CDRPipeline(
            edge: .init(
                id: "edge-1", importSpool: ImportSpool(database.engine, directory: directory) { false },
                liveCalls: { nil }),
            rateCalls: RateCalls(database.engine), closeLostCalls: CloseLostCalls(database.engine),
            logger: Logger(label: "test"))
        try await pipeline.runOnce()
        try await pipeline.runOnce()
        let found = try await database.engine.run(
            """
            select count(*), min(e.disposition)
              from cdr.enriched_cdr e join cdr.raw_cdr r using (tenant_id, started_at, id)
             where e.posted_at is not null and r.call_id = 'call-1'
            """
        ).first(Int.self, String.self)
        #expect(found?.0 == 1 && found?.1 == "failed")
    }

    @Test func `a worker without an edge closes the calls of an edge that is gone`() async throws {
        let database = try TestDatabase.suite
        let id = UUID.v7()
        try await database.engine.run(
            """
            insert into routing.routing_requests
                   (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag, source, direction, state, code,
                    max_duration_s, snapshot_version)
            values (core.unattributed_tenant(), now() - interval '7 hours', \(id), core.uuid_v7(), 'gone', 'g', '', '',
                    'outbound', 'open', 200, 60, 1)
            """)
        let pipeline = CDRPipeline(
            edge: nil, rateCalls: RateCalls(database.engine), closeLostCalls: CloseLostCalls(database.engine),
            closesAbandoned: true, logger: Logger(label: "test"))
        try await withThrowingTaskGroup { group in
            group.addTask { await pipeline.run() }
            var state: String?
            for _ in 0..<1_500 where state != "lost" {
                try await Task.sleep(for: .milliseconds(20))
                state = try await database.engine.run(
                    "select state from routing.routing_requests where id = \(id)"
                ).value(String.self)
            }
            #expect(state == "lost")
            group.cancelAll()
        }
    }

    @Test func `a call that the edge does not know gets its record, unless the edge cannot be asked`() async throws {
        let database = try TestDatabase.suite
        let directory = StaleRuns.directory("jobs-lost")
        try FileManager.default.createDirectory(atPath: "\(directory)/spool", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the next run's sweep would do it
        let calls = [UUID(), UUID()]
        for (number, id) in calls.enumerated() {
            try await database.engine.run(
                """
                insert into routing.routing_requests
                       (tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source, direction, state, code,
                        snapshot_version)
                values (core.unattributed_tenant(), now() - interval '1 minute', \(id), 'edge-9', \("lost-\(number)"),
                        '1', '', 'emergency', 'open', 200, 1)
                """)
        }
        func finish(live: Set<UUID>?) async throws -> [String] {
            await CDRPipeline(
                edge: .init(
                    id: "edge-9", importSpool: ImportSpool(database.engine, directory: directory) { false },
                    liveCalls: { live.map { CloseLostCalls.LiveCalls(ids: $0, since: Date()) } }),
                rateCalls: RateCalls(database.engine), closeLostCalls: CloseLostCalls(database.engine),
                logger: Logger(label: "test")
            ).finish()
            return try await database.engine.run(
                """
                select r.call_id || ' ' || e.disposition || ' ' || q.state
                  from cdr.raw_cdr r join cdr.enriched_cdr e using (tenant_id, started_at, id)
                  join routing.routing_requests q on q.cdr_id = r.id where r.edge_id = 'edge-9' order by 1
                """
            ).decode(String.self)
        }
        #expect(try await finish(live: nil) == [])
        #expect(try await finish(live: [calls[1]]) == ["lost-0 lost lost"])
        #expect(try await finish(live: []) == ["lost-0 lost lost", "lost-1 lost lost"])
    }

    @Test func `partitions are made ahead`() async throws {
        let database = try TestDatabase.suite
        let name = try await database.owner.run(
            "select 'cdr.raw_cdr' || to_char(now() at time zone 'UTC' + interval '1 month', '\"_p\"YYYYMM')"
        ).value(String.self)
        let partition = try #require(name)
        try await database.owner.run("drop table \(unescaped: partition)")
        try await withThrowingTaskGroup { group in
            group.addTask { await PartitionKeeper(database.engine, logger: Logger(label: "test")).run() }
            var isThere = false
            for _ in 0..<1_500 where !isThere {
                isThere = try await database.owner.run("select to_regclass(\(partition)) is not null").value() ?? false
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(isThere)
            group.cancelAll()
        }
    }
}
