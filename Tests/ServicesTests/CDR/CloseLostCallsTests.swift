import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// Requests whose CDR does not come, or comes late.
@Suite(.database, .serialized) struct CloseLostCallsTests {
    private let database: TestDatabase
    private let account = SeedDemo.customerAccount
    private let start = Date(microseconds: 1_790_000_000_000_000)

    init() throws { database = try TestDatabase.suite }

    /// An open request with a hold of a dollar, as the router leaves it.
    private func open(_ callID: String) async throws -> UUID {
        let id = UUID.v7()
        try await SeedDemo(database.owner)()
        _ = try await database.engine.run([
            "select billing.place_hold(\(SeedDemo.tenant), \(account), \(id), 1, 1, \(Date()))",
            """
            insert into routing.routing_requests
                   (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag, source, direction, state,
                    account_id, code, max_duration_s, snapshot_version)
            values (\(SeedDemo.tenant), \(start), \(id), core.uuid_v7(), 'edge-1', \(callID), '1', '', 'outbound',
                    'open', \(account), 200, 60, 1)
            """,
        ])
        return id
    }

    private func state(_ id: UUID) async throws -> (request: String, hold: String)? {
        try await database.engine.run(
            """
            select q.state, h.state from routing.routing_requests q
              join billing.holds h on h.tenant_id = q.tenant_id and h.id = q.id where q.id = \(id)
            """
        ).first(String.self, String.self).map { (request: $0.0, hold: $0.1) }
    }

    private func close(
        live: Set<UUID> = [], pending: Date? = nil, edge: String = "edge-1", after seconds: Double
    ) async throws -> Int {
        try await CloseLostCalls(database.engine, edge: edge, grace: .seconds(5))(
            live: live, oldestPending: pending, now: start.addingTimeInterval(seconds))
    }

    @Test func `a worker closes what no edge closes, hours later`() async throws {
        let id = try await open("abandoned")
        let worker = CloseLostCalls(ofAbandonedEdges: database.engine)
        let hours = 6.0 * 3600
        #expect(try await worker(now: start.addingTimeInterval(59 + hours)) == 0)
        #expect(try await state(id)?.hold == "open")
        #expect(try await worker(now: start.addingTimeInterval(61 + hours)) == 1)
        let closed = try await state(id)
        #expect(closed?.request == "lost" && closed?.hold == "released")
    }

    private func available() async throws -> Money {
        try await database.engine.run(
            "select available from billing.account_balance where account_id = \(account)"
        ).value(Money.self) ?? .zero
    }

    @Test func `a lost call is closed when nothing can be heard of it any more, and a late CDR posts once`()
        async throws
    {
        let id = try await open("lost")
        let before = try await available()
        #expect(try await close(after: 64) == 0)  // it may have lasted 60 s, and 5 s are to pass
        #expect(try await close(live: [id], after: 66) == 0)
        #expect(try await close(pending: start, after: 66) == 0)
        #expect(try await close(edge: "edge-2", after: 66) == 0)  // another edge knows nothing of it
        #expect(try await state(id)?.hold == "open")
        #expect(try await close(after: 66) == 1)
        #expect(try await close(after: 66) == 0)
        let lost = try await state(id)
        #expect(lost?.request == "lost" && lost?.hold == "released")
        #expect(try await available() == before + Money(units: 100_000_000))

        // Its CDR comes after all, twice.
        let rate = try await database.engine.run(
            """
            select id from billing.voice_rates where rate_plan_id = 'de300000-0000-7000-8000-000000000400'
               and direction = 'outbound' and prefix = '44'
            """
        ).value(UUID.self)
        let spool = try SpoolDirectory()
        defer { spool.remove() }
        for _ in 0..<2 {
            try spool.write(
                "cdr_1.log", SpoolDirectory.lines("lost", 1, [6: id.text, 11: try #require(rate).text]))
            _ = try await ImportSpool(database.engine, directory: spool.path) { false }()
            while try await RateCalls(database.engine)().calls > 0 {}
        }
        let late = try await state(id)
        #expect(late?.request == "finished" && late?.hold == "superseded")
        // Four seconds at 0.0180 a minute.
        #expect(try await available() == before + Money(units: 100_000_000 - 120_000))
        let differences = try await database.engine.run(
            "select count(*) from billing.check_ledger(\(SeedDemo.tenant))"
        ).value(Int.self)
        #expect(differences == 0)
    }
}
