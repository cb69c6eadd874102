import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// What a batch adds to the sums by hour and day is what `cdr.roll_up()` makes of the same calls.
@Suite(.database, .serialized) struct CallSumsTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private static let start = Date(timeIntervalSince1970: 1_791_936_000)  // 2026-10-14
    private static let span: SQL = "'2026-10-13 00:00+00', '2026-10-18 00:00+00'"
    private static let trunks = ["330", "331", "332"].map { "de300000-0000-7000-8000-000000000\($0)" }

    private static let numbers = [
        "+14155550142", "+442079460000", "+4930123456", "+77012345678", "+2971234567", "911",
    ]

    /// Records of every kind: answered or not, tried before or not, to places known and unknown, short and long.
    private func place(_ count: Int, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<count {
            let start = Self.start.addingTimeInterval(Double(Int.random(in: 0..<172_800_000, using: &random)) / 1000)
            let id = UUID.v7()
            let code = [200, 200, 404, 408, 480, 486, 487, 503, 603].randomElement(using: &random) ?? 0
            let rings = code == 200 || Bool.random(using: &random)
            let wait = Double(Int.random(in: 50...90_000, using: &random)) / 1000
            let tries = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                (Self.trunks.randomElement(using: &random) ?? "")
                    + ([":503", ":timeout", ":full"].randomElement(using: &random) ?? "")
            }
            let trunk = Self.trunks.randomElement(using: &random) ?? ""
            let number = Self.numbers.randomElement(using: &random) ?? ""
            try await db.engine.run(
                """
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, carrier_trunk_id, direction,
                                         caller, callee, ringing_at, answered_at, ended_at, duration_ms, sip_code,
                                         hangup, attempts)
                values (\(SeedDemo.tenant), \(start), \(id), 'edge-1',
                        \(Bool.random(using: &random) ? SeedDemo.customerAccount : nil), \(trunk)::uuid,
                        \(["outbound", "inbound", "emergency"].randomElement(using: &random) ?? ""), '+12125550100',
                        \(number), \(rings ? start.addingTimeInterval(wait) : nil),
                        \(code == 200 ? start.addingTimeInterval(wait + 1) : nil), \(start.addingTimeInterval(200)),
                        \(code == 200 ? Int.random(in: 0...20_000, using: &random) : 0), \(code),
                        \(code == 603 ? "router" : "caller"),
                        \((tries + ["\(trunk):\(code)"]).map { $0 + ";" }.joined()))
                """)
        }
    }

    private func rateAll() async throws {
        while try await RateCalls(db.engine)().calls > 0 {}
    }

    /// Every sum with all that is in it.
    private func sums() async throws -> [String] {
        try await db.owner.run(
            """
            select d.name || ' ' || d.row::text
              from (select 'hour' as name, to_jsonb(h) as row from cdr.hourly_summary h
                     where tenant_id = \(SeedDemo.tenant) and h.calls + h.seizures > 0
                    union all
                    select 'day', to_jsonb(d) from cdr.daily_summary d
                     where tenant_id = \(SeedDemo.tenant) and d.calls + d.seizures > 0) r
             cross join lateral (
                   select r.name, r.row - 'rolled_up_at' - 'created_at' - 'updated_at' as row) d
             order by 1
            """
        ).decode(String.self)
    }

    private func differences() async throws -> Int? {
        try await db.engine.run("select count(*) from cdr.check_sums(\(SeedDemo.tenant), \(Self.span))").value(Int.self)
    }

    @Test func `added up by batches they are what summing up anew gives`() async throws {
        try await SeedDemo(db.owner)()
        try await place(120, seed: 7)
        try await rateAll()
        try await place(60, seed: 8)  // some of hours that are summed up already
        async let one: Void = rateAll()
        async let other: Void = rateAll()
        _ = try await (one, other)
        try await rateAll()
        let added = try await sums()
        #expect(added.count > 40)
        #expect(try await differences() == 0)
        try await db.engine.run("select cdr.roll_up(\(SeedDemo.tenant), \(Self.span))")
        #expect(try await sums() == added)
    }

    @Test func `a call that was taken for lost is taken away when its record comes`() async throws {
        try await SeedDemo(db.owner)()
        let (id, start) = (UUID.v7(), Date(timeIntervalSince1970: 1_792_170_000))
        try await db.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, direction, callee, sip_code,
                                     hangup)
            values (\(SeedDemo.tenant), \(start), \(id), 'edge-1', \(SeedDemo.customerAccount), 'outbound',
                    '+442079460000', 500, \(RawCall.lost))
            """)
        try await rateAll()
        #expect(try await differences() == 0)
        for _ in 0..<2 {  // the second time it is there
            try await db.engine.run(
                """
                update cdr.raw_cdr set processed_at = null, hangup = 'caller', sip_code = 486,
                       attempts = 'de300000-0000-7000-8000-000000000330:503;de300000-0000-7000-8000-000000000331:486;',
                       carrier_trunk_id = 'de300000-0000-7000-8000-000000000331'
                 where id = \(id)
                """)
            try await rateAll()
            #expect(try await differences() == 0)
            let counted = try await db.owner.run(
                """
                select sum(calls) || ' ' || sum(seizures) || ' ' || sum(effective) from cdr.hourly_summary
                 where tenant_id = \(SeedDemo.tenant) and bucket_at = date_trunc('hour', \(start), 'UTC')
                """
            ).value(String.self)
            #expect(counted == "1 2 1")
        }
    }

    /// A call of an hour of its own, tried at two carriers.
    private func placeAnswered(account: UUID, hour: Int) async throws -> (id: UUID, start: Date) {
        let (id, start) = (UUID.v7(), Date(timeIntervalSince1970: Double(1_792_180_000 + hour * 3600)))
        try await db.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, direction, callee, answered_at,
                                     ended_at, duration_ms, sip_code, hangup, carrier_trunk_id, attempts)
            values (\(SeedDemo.tenant), \(start), \(id), 'edge-1', \(account), 'outbound', '+14155550142',
                    \(start), \(start.addingTimeInterval(60)), 60000, 200, 'caller',
                    'de300000-0000-7000-8000-000000000331',
                    'de300000-0000-7000-8000-000000000330:503;de300000-0000-7000-8000-000000000331:200;')
            """)
        return (id, start)
    }

    private func state(of id: UUID) async throws -> String? {
        try await db.owner.run(
            """
            select concat_ws(' ', e.account_id is not null, e.sell_amount > 0, r.processed_at is not null,
                             (select sum(h.calls) || ' ' || sum(h.seizures) from cdr.hourly_summary h
                               where h.tenant_id = e.tenant_id
                                 and h.bucket_at = date_trunc('hour', e.started_at, 'UTC')),
                             (select coalesce(sum(l.counter), 0) = e.sell_amount from billing.ledger l
                               where l.tenant_id = e.tenant_id and l.source = 'cdr' and l.source_id = e.id))
              from cdr.enriched_cdr e join cdr.raw_cdr r using (tenant_id, started_at, id)
             where e.id = \(id)
            """
        ).value(String.self)
    }

    @Test func `a call that was nobody's is counted and posted for the account that its record names`() async throws {
        try await SeedDemo(db.owner)()
        let (id, _) = try await placeAnswered(account: UUID(), hour: 1)
        try await rateAll()
        #expect(try await state(of: id)?.hasPrefix("f ") == true)
        for _ in 0..<2 {
            try await db.owner.run(
                "update cdr.raw_cdr set processed_at = null, account_id = \(SeedDemo.customerAccount) where id = \(id)")
            try await rateAll()
            #expect(try await state(of: id) == "t t t 1 2 t")
            #expect(try await differences() == 0)
        }
    }

    @Test func `a charged call stays as it is when its record is set back by hand`() async throws {
        try await SeedDemo(db.owner)()
        let (id, start) = try await placeAnswered(account: SeedDemo.customerAccount, hour: 2)
        try await rateAll()
        let before = try await state(of: id)
        let call: SQL = "select to_jsonb(e)::text from cdr.enriched_cdr e where e.id = \(id)"
        let stored = try await db.owner.run(call).value(String.self)
        #expect(before == "t t t 1 2 t")
        try await db.owner.run(
            """
            update cdr.raw_cdr set processed_at = null, duration_ms = 600000,
                   ended_at = \(start.addingTimeInterval(600))
             where id = \(id)
            """)
        try await rateAll()
        #expect(try await state(of: id) == before)
        #expect(try await db.owner.run(call).value(String.self) == stored)
        #expect(try await differences() == 0)
    }

    @Test func `an hour is not summed up anew while calls are added to it`() async throws {
        try await SeedDemo(db.owner)()
        try await place(5, seed: 9)
        try await rateAll()
        try await db.engine.transaction { session in
            try await CallSums.share([SeedDemo.tenant], session)
            let refused = await #expect(throws: PostgresError.self) {
                try await db.owner.transaction { other in
                    try await other.run("set local lock_timeout = '300ms'")
                    try await other.run("select cdr.roll_up(\(SeedDemo.tenant), \(Self.span))")
                }
            }
            #expect(refused?.sqlState == "55P03")
            // Other batches share it.
            try await db.engine.transaction { try await CallSums.share([SeedDemo.tenant], $0) }
        }
    }
}
