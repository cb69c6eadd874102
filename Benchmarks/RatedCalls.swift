import Foundation
import Jobs
import Postgres
import Services

/// Raw records to money, as fast as it goes: enriched, rated on both sides, posted to the ledger and summed up, beside
/// psql that copies the same finished rows into the same tables.
struct RatedCalls: Sendable {
    let bench: Workbench

    private static let accounts = 1000
    private static let tables = [
        "cdr.enriched_cdr", "billing.ledger", "cdr.hourly_summary", "cdr.daily_summary",
    ]

    private var calls: Int { bench.isQuick ? 5_000 : 200_000 }

    /// Whose calls are rated.
    private enum Origin: String, CaseIterable {
        /// Nothing is known of them: prices are found for both sides.
        case anotherSwitch = "another"
        /// Each has its request, its prices and a hold, which end with it.
        case ourRouter = "ours"

        var name: String { self == .ourRouter ? ", of our router" : "" }
        var method: String {
            self == .ourRouter
                ? "calls of our router, which end their requests and holds"
                : "records of another switch, prices found for both sides"
        }
        var template: String { "pipeline_\(rawValue)" }
    }

    func run() async throws -> [Measurement] {
        var measurements: [Measurement] = []
        for origin in Origin.allCases {
            let model = try await OperatorDatabase.make(bench, name: origin.template)
            try await model.addCustomers(Self.accounts)
            try await storeRecords(model, origin)
            if origin == .ourRouter { try await storeRequests(model) }
            await model.close()
            let figures = try await medians(rounds: bench.rounds, { try await round(origin) })
            measurements.append(
                Measurement(
                    "calls rated, posted and summed up\(origin.name)", figures[0][0], "calls/s",
                    against: "psql \\copy of the same rows, calls/s", figures[0][1],
                    method: "\(calls) \(origin.method), 60 of 100 answered, \(Self.accounts) accounts; "
                        + "without reading a file; median of \(bench.rounds)"))
        }
        return measurements
    }

    /// What the router would have left of the same calls.
    private func storeRequests(_ model: OperatorDatabase) async throws {
        try await model.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                   source, direction, state, account_id, trunk_id, caller, callee, from_number, to_number,
                   jurisdiction, code, sell_rate_id, hold_amount, snapshot_version)
            select r.tenant_id, r.started_at, r.routing_id, r.id, r.edge_id, r.call_id, 'bench',
                   '127.0.0.1;5060;udp', 'outbound', 'open', r.account_id, r.trunk_id, r.caller, r.callee,
                   r.caller, r.callee, 'interstate', 200, r.sell_rate_id, 0.5, 1
              from cdr.raw_cdr r
            """, deadline: .seconds(300))
        try await model.owner.run(
            """
            select count(h.amount)
              from (select r.tenant_id, array_agg(r.account_id) as accounts, array_agg(r.routing_id) as ids,
                           array_agg(0.5) as wanted
                      from cdr.raw_cdr r group by r.tenant_id) r
             cross join lateral billing.place_holds(r.tenant_id, r.accounts, r.ids, r.wanted, r.wanted) h
            """, deadline: .seconds(300))
        for table in ["routing.routing_requests", "billing.holds"] {
            try await model.owner.lease { try await $0.runScript("vacuum analyze \(unescaped: table)") }
        }
    }

    /// Calls of a day within North America and to Britain, in the order in which they began.
    private func storeRecords(_ model: OperatorDatabase, _ origin: Origin) async throws {
        let isRouted = origin == .ourRouter
        try await model.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, trunk_id, carrier_trunk_id,
                                     direction, call_id, caller, callee, ringing_at, answered_at, ended_at,
                                     duration_ms, sip_code, routing_id, sell_rate_id, buy_rate_id)
            select \(SeedDemo.tenant), c.at, public.uuid_generate_v5(\(SeedDemo.tenant), n::text), 'switch',
                   format('be300000-0000-7000-8000-%s', lpad((n % \(Self.accounts))::text, 12, '0'))::uuid,
                   format('be300000-0000-7000-8000-%s', lpad((n % \(Self.accounts))::text, 12, '0'))::uuid,
                   'de300000-0000-7000-8000-000000000332', 'outbound', 'call-' || n,
                   '+1212555' || lpad((n % 10000)::text, 4, '0'),
                   case when n % 10 = 0 then '+4420794' || lpad((n % 100000)::text, 5, '0')
                        else '+1' || (array['415', '212', '310', '305', '206'])[n % 5 + 1] || '555'
                             || lpad((n * 7 % 10000)::text, 4, '0') end,
                   c.at + interval '2 s', case when n % 10 < 6 then c.at + interval '8 s' end,
                   c.at + interval '8 s' + make_interval(secs => n % 300), case when n % 10 < 6 then n % 300 else 0 end
                   * 1000, case when n % 10 < 6 then 200 when n % 10 < 8 then 486 else 480 end,
                   case when \(isRouted) then public.uuid_generate_v5(\(SeedDemo.tenant), 'request ' || n) end,
                   s.id, b.id
              from generate_series(1, \(calls)) n
              left join (select v.id from billing.voice_rates v
                          where v.tenant_id = \(SeedDemo.tenant) and coalesce(v.rate_interstate, v.rate) > 0
                          order by v.prefix, v.id limit 1) s on \(isRouted)
              left join (select d.id from routing.rate_deck d
                          where d.tenant_id = \(SeedDemo.tenant) and coalesce(d.rate_interstate, d.rate) > 0
                          order by d.prefix, d.id limit 1) b on \(isRouted)
             cross join lateral (
                   select date_trunc('hour', now()) - interval '1 day' + n * interval '1 day' / \(calls) as at) c
            """, deadline: .seconds(300))
        try await model.owner.lease { try await $0.runScript("vacuum analyze cdr.raw_cdr") }
    }

    /// Calls per second of ours and of the copy.
    private func round(_ origin: Origin) async throws -> [Double] {
        let admin = try bench.client("postgres")
        for name in ["pipeline", "pipeline_copy"] {
            try await admin.lease { session in
                try await session.runScript(
                    "create database \(identifier: name) template \(identifier: origin.template)")
            }
        }
        let owner = try bench.client("pipeline")
        let engine = try bench.client("pipeline", role: "heddle_engine")
        let seconds = try await rate(engine)
        let differences = try await owner.run(
            """
            select (select count(*) from billing.check_ledger(\(SeedDemo.tenant)))
                 + (select count(*) from billing.holds where state = 'open')
                 + (select count(*) from routing.routing_requests where state = 'open')
            """, deadline: .seconds(60)
        ).value(Int.self)
        guard differences == 0 else { throw BenchError("balances and ledger differ, or holds or requests did not end") }
        let files = try CopiedTables(bench, Self.tables)
        try await files.write(
            from: owner, tenant: SeedDemo.tenant, where: ["billing.ledger": "source = 'cdr'"])
        await engine.close()
        await owner.close()
        let other = try bench.client("pipeline_copy")
        let copied = try await files.copy(into: "pipeline_copy", other)
        await other.close()
        for name in ["pipeline", "pipeline_copy"] {
            try await admin.lease { try await $0.runScript("drop database \(identifier: name)") }
        }
        await admin.close()
        return [Double(calls) / seconds, Double(calls) / copied.seconds]
    }

    private func rate(_ engine: Database) async throws -> Double {
        let rateCalls = RateCalls(engine)
        let start = ContinuousClock.now
        let (rated, setAside) = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for _ in 0..<CDRPipeline.lanes { group.addTask { try await Self.rateAll(rateCalls) } }
            return try await group.reduce(into: (0, 0)) { sum, lane in sum = (sum.0 + lane.0, sum.1 + lane.1) }
        }
        let seconds = (ContinuousClock.now - start).seconds
        guard rated == calls, setAside == 0 else {
            throw BenchError("\(rated) of \(calls) calls were rated, \(setAside) set aside")
        }
        return seconds
    }

    private static func rateAll(_ rateCalls: RateCalls) async throws -> (Int, Int) {
        var (rated, setAside) = (0, 0)
        while true {
            let batch = try await rateCalls()
            if batch.calls == 0 { return (rated, setAside) }
            rated += batch.calls
            setAside += batch.setAside
        }
    }
}
