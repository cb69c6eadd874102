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

    /// The CDR id that router and importer derive.
    private func cdrID(_ callID: String) -> UUID {
        CallIdentity.cdrID(edge: "edge-1", callID: callID, fromTag: "1", receivedMicroseconds: 1_790_000_000_000_000)
    }

    /// An open request with a hold, of a dollar usually, as the router leaves it.
    private func open(_ callID: String, hold: Money = Money(units: 100_000_000)) async throws -> UUID {
        let id = UUID.v7()
        try await SeedDemo(database.owner)()
        // What the reseller above the account is charged has its own tests.
        try await database.owner.run(
            "update accounts.accounts set parent_account_id = null where parent_account_id is not null")
        _ = try await database.engine.run([
            "select billing.place_hold(\(SeedDemo.tenant), \(account), \(id), \(hold), \(hold))",
            """
            insert into routing.routing_requests
                   (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag, source, direction, state,
                    account_id, caller, callee, code, max_duration_s, snapshot_version)
            values (\(SeedDemo.tenant), \(start), \(id), \(cdrID(callID)), 'edge-1', \(callID), '1',
                    '127.0.0.9;5060;udp', 'outbound', 'open', \(account), '+12125550100', '+442079460958', 200, 60, 1)
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

    /// - Parameter runs: for how long the edge that tells its live calls has run, in seconds; usually it is another
    ///   one than that which had the call.
    private func close(
        live: Set<UUID> = [], edge: String = "edge-1", after seconds: Double, runs: Double = 0
    ) async throws -> Int {
        let now = start.addingTimeInterval(seconds)
        let live = CloseLostCalls.LiveCalls(ids: live, since: now.addingTimeInterval(-runs))
        return try await CloseLostCalls(database.engine)(of: edge, live: live, before: now)
    }

    private func rate() async throws { while try await RateCalls(database.engine)().calls > 0 {} }

    /// The one CDR of a call, as both tables tell it.
    private func cdr(_ callID: String) async throws -> (disposition: String, hangup: String, count: Int)? {
        try await database.engine.run(
            """
            select max(e.disposition::text), max(r.hangup), count(*)
              from cdr.raw_cdr r join cdr.enriched_cdr e using (tenant_id, started_at, id) where r.call_id = \(callID)
            """
        ).first(String?.self, String?.self, Int.self).map { ($0.0 ?? "", $0.1 ?? "", $0.2) }
    }

    @Test func `a worker closes what no edge closes, hours later`() async throws {
        let id = try await open("abandoned")
        let worker = CloseLostCalls(database.engine)
        let hours = 6.0 * 3600
        #expect(try await worker.ofAbandonedEdges(now: start.addingTimeInterval(59 + hours)) == 0)
        #expect(try await state(id)?.hold == "open")
        #expect(try await worker.ofAbandonedEdges(now: start.addingTimeInterval(61 + hours)) == 1)
        let closed = try await state(id)
        #expect(closed?.request == "lost" && closed?.hold == "released")
        try await rate()
        let record = try await cdr("abandoned")
        #expect(record?.disposition == "lost" && record?.hangup == "lost" && record?.count == 1)
        try await booksAreRight()
    }

    private func available() async throws -> Money {
        try await SeedDemo(database.owner)()
        // What the reseller above the account is charged has its own tests.
        try await database.owner.run(
            "update accounts.accounts set parent_account_id = null where parent_account_id is not null")
        return try await database.engine.run(
            "select available from billing.account_balance where account_id = \(account)"
        ).value(Money.self) ?? .zero
    }

    @Test func `a lost call gets one CDR and its hold back, and a late CDR takes its place and posts once`()
        async throws
    {
        let id = try await open("late-0")
        let before = try await available()
        #expect(try await close(after: 0.5) == 0)  // the edge may not have written all it knows
        #expect(try await close(live: [cdrID("late-0")], after: 2) == 0)
        #expect(try await close(edge: "edge-2", after: 2) == 0)  // another edge knows nothing of it
        #expect(try await state(id)?.hold == "open")
        #expect(try await close(after: 2) == 1)
        #expect(try await close(after: 2) == 0)
        try await rate()
        let lost = try await state(id)
        #expect(lost?.request == "lost" && lost?.hold == "released")
        #expect(try await available() == before + Money(units: 100_000_000))
        let record = try await cdr("late-0")
        #expect(record?.disposition == "lost" && record?.hangup == "lost" && record?.count == 1)

        // Its CDR comes after all, twice.
        let rate = try await database.engine.run(
            """
            select id from billing.voice_rates where rate_plan_id = 'de300000-0000-7000-8000-000000000400'
               and direction = 'outbound' and prefix = '44'
            """
        ).value(UUID.self)
        let spool = try TestSpool()
        defer { spool.remove() }
        let line = TestSpool.lines("late", 1, [6: id.text, 11: try #require(rate).text])
        for expected in [1, 0] {
            try spool.write("cdr_1.log", line + line)
            let result = try await ImportSpool(database.engine, directory: spool.path) { false }()
            #expect(result.imported == expected && result.repeated == 2 - expected)
            try await self.rate()
        }
        let late = try await state(id)
        #expect(late?.request == "finished" && late?.hold == "superseded")
        let answered = try await cdr("late-0")
        #expect(answered?.disposition == "answered" && answered?.hangup == "caller" && answered?.count == 1)
        // Four seconds at 0.0180 a minute.
        #expect(try await available() == before + Money(units: 100_000_000 - 120_000))
        try await booksAreRight()
    }

    @Test func `a request that was stored after its CDR was rated is finished and not lost`() async throws {
        let spool = try TestSpool()
        defer { spool.remove() }
        try await SeedDemo(database.owner)()
        // What the reseller above the account is charged has its own tests.
        try await database.owner.run(
            "update accounts.accounts set parent_account_id = null where parent_account_id is not null")
        try spool.write("cdr_1.log", TestSpool.lines("note", 1))
        _ = try await ImportSpool(database.engine, directory: spool.path) { false }()
        let rated = try await open("note-0")
        #expect(try await close(after: 2) == 0)
        #expect(try await state(rated)?.request == "open")  // the rating ends it
        try await rate()
        #expect(try await state(rated)?.request == "finished")
        let late = try await open("note-0")
        #expect(try await close(after: 2) == 0)
        let ended = try await state(late)
        #expect(ended?.request == "finished" && ended?.hold == "released")
        #expect(try await cdr("note-0")?.disposition == "answered")
        try await booksAreRight()
    }

    @Test func `an edge that has run all the time gets ten minutes after the longest call to tell of it`() async throws
    {
        let id = try await open("silent")
        #expect(try await close(after: 659, runs: 700) == 0)
        #expect(try await state(id)?.hold == "open")
        #expect(try await close(after: 661, runs: 700) == 1)
        #expect(try await state(id)?.hold == "released")
        try await rate()
        try await booksAreRight()
    }

    @Test func `the answer of another router counts, and the hold of the first is given back`() async throws {
        let spool = try TestSpool()
        defer { spool.remove() }
        let before = try await available()
        let slow = try await open("second-0")
        let counted = try await open("second-0")
        try spool.write("cdr_1.log", TestSpool.lines("second", 1, [6: counted.text]))
        _ = try await ImportSpool(database.engine, directory: spool.path) { false }()
        try await rate()
        let (first, second) = (try await state(slow), try await state(counted))
        #expect(first?.request == "finished" && first?.hold == "released")
        #expect(second?.request == "finished" && second?.hold == "settled")
        #expect(try await available() == before)
        try await booksAreRight()
    }

    @Test func `a CDR that is set aside gives its hold back, and posts once when it is mended`() async throws {
        let spool = try TestSpool()
        defer { spool.remove() }
        let before = try await available()
        let id = try await open("aside-0")
        let plan = try await database.engine.run(
            """
            select id from billing.voice_rates where rate_plan_id = 'de300000-0000-7000-8000-000000000400'
               and direction = 'outbound' and prefix = '44'
            """
        ).value(UUID.self)
        let rate = try #require(plan)
        try spool.write("cdr_1.log", TestSpool.lines("aside", 1, [6: id.text, 11: UUID().text]))
        _ = try await ImportSpool(database.engine, directory: spool.path) { false }()
        try await self.rate()
        let aside = try await state(id)
        #expect(aside?.request == "finished" && aside?.hold == "released")
        #expect(try await available() == before)
        try await database.owner.run(
            "update cdr.raw_cdr set rating_error = null, sell_rate_id = \(rate) where call_id = 'aside-0'")
        try await self.rate()
        #expect(try await state(id)?.hold == "superseded")
        // Four seconds at 0.0180 a minute.
        #expect(try await available() == before - Money(units: 120_000))
        try await booksAreRight()
    }

    @Test func `what is held for no call is given back when it is over, all but what somebody is at`() async throws {
        let before = try await available()
        let placed = try await database.engine.run(
            """
            select count(*) from generate_series(1, 60) n
             cross join lateral billing.hold_money(\(SeedDemo.tenant), \(account), 'over-' || n, 0.01, 'USD', 'x',
                                                   now() + interval '1 day', null) h
             where h.is_new
            """
        ).value(Int.self)
        #expect(placed == 60)
        let worker = CloseLostCalls(database.engine)
        #expect(try await worker.releaseExpired() == 0)
        // The first that is looked at is the one that is locked, and its batch one short.
        try await database.owner.run(
            """
            update billing.holds
               set expires_at = now() - case reference when 'over-1' then interval '1 hour' else interval '1 minute' end
             where tenant_id = \(SeedDemo.tenant) and starts_with(reference, 'over-')
            """)
        try await database.owner.transaction { session in
            try await session.run(
                """
                select from billing.holds
                 where tenant_id = \(SeedDemo.tenant) and reference = 'over-1' for no key update
                """)
            #expect(try await worker.releaseExpired() == 59)
        }
        #expect(try await worker.releaseExpired() == 1)
        #expect(try await worker.releaseExpired() == 0)
        #expect(try await available() == before)
        try await booksAreRight()
    }

    @Test func `many are closed at once, each once, by two closers at a time`() async throws {
        let before = try await available()
        var ids: [UUID] = []
        for number in 0..<120 { ids.append(try await open("many-\(number)", hold: Money(units: 1_000_000))) }
        async let one = close(after: 2)
        async let other = close(after: 2)
        let closed = try await one + other
        #expect(closed == 120)
        let states = try await database.engine.run(
            """
            select count(*) filter (where q.state = 'lost' and h.state = 'released'), count(*)
              from routing.routing_requests q join billing.holds h on h.tenant_id = q.tenant_id and h.id = q.id
             where q.id = any (\(ids))
            """
        ).first(Int.self, Int.self)
        #expect(states?.0 == 120 && states?.1 == 120)
        try await rate()
        #expect(try await available() == before)
        try await booksAreRight()
    }

    private func booksAreRight() async throws {
        let differences = try await database.engine.run(
            "select count(*) from billing.check_ledger(\(SeedDemo.tenant))"
        ).value(Int.self)
        #expect(differences == 0)
    }
}
