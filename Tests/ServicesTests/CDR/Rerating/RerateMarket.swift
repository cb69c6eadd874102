import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// An operator with an account, a plan, a carrier trunk with a deck, and calls of October 2026 that the pipeline has
/// rated and posted.
struct RerateMarket: Sendable {
    let id = UUID()
    let plan = UUID()
    let database: TestDatabase

    static let october = Date(timeIntervalSince1970: 1_790_812_800)..<Date(timeIntervalSince1970: 1_793_491_200)

    init(_ database: TestDatabase) async throws {
        self.database = database
        try await run(
            """
            insert into core.tenants (id, slug, name) values (ID, 'rerate-' || left(ID::text, 8), 'x');
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (ID, ID, upper(left(ID::text, 12)), 'Customer One'), (ID, PLAN, upper(left(PLAN::text, 12)), 'Two');
            insert into billing.rate_plans (tenant_id, id, name) values (ID, PLAN, 'Retail');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            values (ID, ID, PLAN, '2026-01-01'), (ID, PLAN, PLAN, '2026-01-01');
            insert into billing.voice_rates (tenant_id, rate_plan_id, direction, prefix, rate, rate_interstate,
                                             rate_intrastate, connect_fee, valid_from)
            values (ID, PLAN, 'outbound', '44', 0.0217, null, null, 0, '2020-01-01'),
                   (ID, PLAN, 'outbound', '4420', 0.0331, null, null, 0.01, '2020-01-01'),
                   (ID, PLAN, 'outbound', '33', 0.0251, null, null, 0, '2020-01-01'),
                   (ID, PLAN, 'outbound', '1', null, 0.0041, 0.0053, 0, '2020-01-01'),
                   (ID, PLAN, 'inbound', '1', 0.0067, null, null, 0, '2020-01-01');
            insert into routing.carriers (tenant_id, id, name) values (ID, ID, 'Carrier');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (ID, ID, ID, 'x', 'x.example');
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (ID, ID, ID, 'Wholesale');
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, rate_interstate, rate_intrastate,
                                           valid_from)
            values (ID, ID, '44', 0.0113, null, null, '2020-01-01'), (ID, ID, '33', 0.0119, null, null, '2020-01-01'),
                   (ID, ID, '1', null, 0.0013, 0.0023, '2020-01-01');
            select cdr.create_monthly_partition('2026-10-01');
            """)
    }

    /// Statements of the owner; ID and PLAN stand for ids.
    func run(_ text: String) async throws {
        let script = filled(text)
        try await database.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    /// The only column of a statement's rows, which is text.
    func read(_ text: String) async throws -> [String] {
        try await database.owner.run(SQL(unescaped: filled(text))).values(String.self)
    }

    private func filled(_ text: String) -> String {
        text.replacing("PLAN", with: "'\(plan)'::uuid").replacing("ID", with: "'\(id)'::uuid")
    }

    /// Calls of other switches within October, rated and posted.
    func call(_ count: Int, seed: UInt64 = 1) async throws {
        var random = SplitMix64(seed: seed)
        var (starts, ids, talks, directions): ([Date], [UUID], [Int64], [String]) = ([], [], [], [])
        var (accounts, called, codes): ([UUID], [String], [Int32]) = ([], [], [])
        let numbers = ["+442079460000", "+441212345678", "+33140205317", "+14155550142", "+12125550142"]
        for _ in 0..<count {
            let offset = Double(UInt64.random(in: 0..<2_600_000, using: &random))
            starts.append(Self.october.lowerBound.addingTimeInterval(offset + 0.25))
            ids.append(.v7())
            let isInbound = Int.random(in: 0..<8, using: &random) == 0
            let isAnswered = Int.random(in: 0..<10, using: &random) > 0
            directions.append(isInbound ? "inbound" : "outbound")
            called.append(isInbound ? "+14155550142" : numbers.randomElement(using: &random) ?? numbers[0])
            accounts.append(Bool.random(using: &random) ? id : plan)
            talks.append(isAnswered ? Int64.random(in: 1...900_000, using: &random) : 0)
            codes.append(isAnswered ? 200 : 486)
        }
        try await database.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, carrier_trunk_id, direction,
                                     caller, callee, answered_at, ended_at, duration_ms, sip_code)
            select \(id), c.at, c.id, 'switch', c.account_id, case when c.direction = 'outbound' then \(id) end,
                   c.direction, '+12125550100', c.called, case when c.code = 200 then c.at + interval '5 s' end,
                   c.at + interval '5 s' + c.talk_ms * interval '1 ms', c.talk_ms, c.code
              from unnest(\(starts), \(ids), \(accounts), \(directions), \(called), \(talks), \(codes))
                   as c (at, id, account_id, direction, called, talk_ms, code)
            """)
        let rate = RateCalls(database.engine)
        while try await rate().calls > 0 {}
        let aside = "select rating_error from cdr.raw_cdr where tenant_id = ID and rating_error is not null"
        #expect(try await read(aside) == [])
    }

    /// A file of changes becomes the next version of a plan or deck, in force from now.
    func publish(_ lines: String, _ kind: SheetKind = .plan) async throws -> Int {
        let sheet = try await sheet(kind)
        let file = try ScratchFile("Prefix,Rate,Effective Date\n" + lines + "\n")
        defer { file.remove() }
        var taking = SheetOptions()
        taking.isDelta = true
        let version = try #require(try await ImportSheet(database.engine)(file.path, into: sheet, taking).version)
        _ = try await PublishSheet(database.engine)(sheet, version: version)
        return version
    }

    func sheet(_ kind: SheetKind) async throws -> Sheet {
        try await FindSheet(database.engine)(kind == .plan ? "Retail" : "Wholesale", kind, of: id)
    }

    /// Rates October again.
    func rerate(_ change: (inout RerateChoice) -> Void = { _ in }, pageSize: Int = 50) async throws -> RerateRun {
        var choice = RerateChoice(Self.october, reason: "the rate was raised")
        change(&choice)
        let id = try await RerateCalls(database.engine, tenant: id, pageSize: pageSize)(choice)
        return try #require(try await ReadRerates(database.engine, tenant: self.id)(id))
    }

    func post(_ run: RerateRun, batchSize: Int = 5000) async throws -> PostRerate.Result {
        try await PostRerate(database.engine, tenant: id, batchSize: batchSize)(run)
    }

    /// What October's calls cost, what the ledger has of them, what the sums have, and what of the ledger is wrong.
    func sums() async throws -> [String] {
        try await read(
            """
            select concat_ws(' ', (select sum(e.sell_amount) from cdr.enriched_cdr e where e.tenant_id = ID),
                             (select sum(l.counter) from billing.ledger l where l.tenant_id = ID),
                             (select count(*) from billing.check_ledger(ID)))
            """)
    }
}
