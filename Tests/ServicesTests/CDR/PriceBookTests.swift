import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Calls that no router decided are priced by who called whom, when, and over which carrier.
@Suite(.database, .serialized) struct PriceBookTests {
    private let db: TestDatabase
    private let tenant = UUID()
    private let plan = UUID()

    init() throws { db = try .suite }

    /// An account with a plan since 2026, and a carrier trunk with a deck of its own and one that it shares.
    private func makeMarket() async throws {
        let script = """
            insert into core.tenants (id, slug, name) values (ID, 'prices-' || left(ID::text, 8), 'x');
            insert into accounts.accounts (tenant_id, id, ban, name) values (ID, ID, left(ID::text, 12), 'x');
            insert into billing.rate_plans (tenant_id, id, name) values (ID, PLAN, 'x');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            values (ID, ID, PLAN, '2026-01-01');
            insert into billing.voice_rates (tenant_id, rate_plan_id, direction, prefix, rate, rate_interstate,
                                             rate_intrastate, blocked, valid_from)
            values (ID, PLAN, 'outbound', '44', 0.02, null, null, false, '2020-01-01'),
                   (ID, PLAN, 'outbound', '4420', 0.03, null, null, false, '2020-01-01'),
                   (ID, PLAN, 'outbound', '881', null, null, null, true, '2020-01-01'),
                   (ID, PLAN, 'outbound', '1', null, 0.04, 0.05, false, '2020-01-01'),
                   (ID, PLAN, 'inbound', '1', 0.06, null, null, false, '2020-01-01');
            insert into routing.carriers (tenant_id, id, name) values (ID, ID, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (ID, ID, ID, 'x', 'x.example'), (ID, core.uuid_v7(), ID, 'y', 'y.example');
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (ID, ID, ID, 'x');
            insert into routing.decks (tenant_id, carrier_trunk_id, name)
            select ID, id, 'y' from routing.carrier_trunks where tenant_id = ID and name = 'y';
            insert into routing.carrier_trunk_decks (tenant_id, carrier_trunk_id, deck_id)
            select ID, ID, id from routing.decks where tenant_id = ID and name = 'y';
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, rate_interstate, rate_intrastate,
                                           valid_from)
            values (ID, ID, '44', 0.01, null, null, '2020-01-01'), (ID, ID, '1', null, 0.001, 0.002, '2020-01-01');
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from)
            select ID, id, '4420', 0.015, '2020-01-01' from routing.decks where tenant_id = ID and name = 'y';
            """.replacing("ID", with: "'\(tenant)'::uuid").replacing("PLAN", with: "'\(plan)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    private struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        var caller = "+12125550100"
        var called = "+442079460000"
        var direction = "outbound"
        var start = "2026-10-01 12:00:00+00"
        var isOnCarrier = true
        var isAnswered = true
        /// Sell and buy price a minute and jurisdiction; or why it is set aside.
        let expected: String
        var testDescription: String { name }
    }

    private static let samples = [
        Sample(
            name: "the longest prefix on each side, the carrier's over its decks",
            expected: "0.03 0.015 international"),
        Sample(name: "a shorter one", called: "+441212345678", expected: "0.02 0.01 international"),
        Sample(name: "between states", called: "+14155550142", expected: "0.04 0.001 interstate"),
        Sample(name: "within a state", called: "+12125550142", expected: "0.05 0.002 intrastate"),
        Sample(name: "no carrier named, none to pay", isOnCarrier: false, expected: "0.03 - international"),
        Sample(
            name: "inbound is sold by the customer's number", called: "+14155550142", direction: "inbound",
            expected: "0.06 - interstate"),
        Sample(
            name: "before there was a plan", start: "2025-12-31 23:59:00+00",
            expected: "its account had no rate plan when it was answered"),
        Sample(
            name: "no price", called: "+33140205317",
            expected: "its account's rate plan had no price for +331… when it was answered"),
        Sample(
            name: "a blocked destination was reached", called: "+8812345678",
            expected: "its account's rate plan blocks 881, and the call was answered"),
        Sample(name: "no number", called: "911", expected: "the called number is none in E.164"),
        Sample(name: "unanswered calls need no price", called: "911", isAnswered: false, expected: "- - -"),
    ]

    private func store(_ sample: Sample) async throws -> UUID {
        let id = UUID.v7()
        try await db.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, carrier_trunk_id, direction,
                                     caller, callee, answered_at, ended_at, duration_ms, sip_code)
            select \(tenant), t.at, \(id), 'switch', \(tenant), case when \(sample.isOnCarrier) then \(tenant) end,
                   \(sample.direction), \(sample.caller), \(sample.called),
                   case when \(sample.isAnswered) then t.at + interval '5 s' end, t.at + interval '65 s',
                   case when \(sample.isAnswered) then 60000 else 0 end,
                   case when \(sample.isAnswered) then 200 else 486 end
              from (values (\(sample.start)::timestamptz)) as t (at)
            """)
        return id
    }

    private func rated(_ id: UUID) async throws -> String? {
        try await db.engine.run(
            """
            select coalesce(r.rating_error,
                            concat_ws(' ', coalesce(trim_scale(e.sell_rate)::text, '-'),
                                      coalesce(trim_scale(e.buy_rate)::text, '-'), coalesce(e.jurisdiction, '-')))
              from cdr.raw_cdr r
              left join cdr.enriched_cdr e on e.tenant_id = r.tenant_id and e.started_at = r.started_at and e.id = r.id
             where r.tenant_id = \(tenant) and r.id = \(id)
            """
        ).value(String.self)
    }

    @Test(arguments: samples) private func `a call of another switch`(sample: Sample) async throws {
        try await makeMarket()
        let id = try await store(sample)
        let rate = RateCalls(db.engine)
        while try await rate().calls > 0 {}
        #expect(try await rated(id) == sample.expected)
    }

    @Test func `the version that held when it was answered counts, and before the first one that`() async throws {
        try await makeMarket()
        let sheet = try await FindSheet(db.engine)("x", .plan, of: tenant)
        let file = try ScratchFile("Prefix,Rate,Effective Date\n4420,0.5,2020-01-01\n")
        defer { file.remove() }
        let version = try #require(try await ImportSheet(db.engine)(file.path, into: sheet).version)
        _ = try await PublishSheet(db.engine)(sheet, version: version)
        let rate = RateCalls(db.engine)
        let before = try await store(Self.samples[0])
        let now = try await store(
            Sample(name: "", start: Date().addingTimeInterval(5).ISO8601Format(), expected: ""))
        while try await rate().calls > 0 {}
        #expect(try await rated(before) == "0.03 0.015 international")
        #expect(try await rated(now) == "0.5 0.015 international")
    }

    @Test func `what was set aside is rated when its price is there`() async throws {
        try await makeMarket()
        let id = try await store(Sample(name: "", called: "+33140205317", isOnCarrier: false, expected: ""))
        let rate = RateCalls(db.engine)
        while try await rate().calls > 0 {}
        try await db.owner.run(
            """
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
            values (\(tenant), \(plan), '33', 0.07, '2020-01-01')
            """)
        #expect(try await RetryAside(db.engine, .calls, tenant: tenant)() == 1)
        while try await rate().calls > 0 {}
        #expect(try await rated(id) == "0.07 - international")
        let balance = try await db.engine.run(
            "select available from billing.account_balance where tenant_id = \(tenant)"
        ).value(Money.self)
        #expect(balance == Money("-0.07"))
    }
}
