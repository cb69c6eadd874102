import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// A tenant of its own whose calls are rated: an account with a plan, a carrier trunk with a deck, and prices of a
/// minute of 0.60 at 1/1 for the plan and 0.30 for the deck, unless a test says otherwise.
struct RatedMarket {
    let db: TestDatabase
    let tenant = UUID()
    let plan = UUID()
    let deck = UUID()
    let trunk = UUID()

    /// The account has the tenant's id.
    var account: UUID { tenant }

    init(_ db: TestDatabase, currency: String = "USD", deckCurrency: String? = nil, timeZone: String = "UTC")
        async throws
    {
        self.db = db
        try await run(
            """
            insert into core.tenants (id, slug, name, currency)
            values (TENANT, 'rated-' || left(TENANT::text, 13), 'x', '\(currency)');
            insert into accounts.accounts (tenant_id, id, ban, name, time_zone, currency)
            values (TENANT, TENANT, BAN('A'), 'x', '\(timeZone)', '\(currency)');
            insert into billing.rate_plans (tenant_id, id, name, currency) values (TENANT, PLAN, 'x', '\(currency)');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, currency, valid_from)
            values (TENANT, TENANT, PLAN, '\(currency)', '2020-01-01');
            insert into billing.voice_rates (tenant_id, rate_plan_id, direction, prefix, rate, initial_increment_s,
                                             next_increment_s, valid_from)
            select TENANT, PLAN, d, p, 0.6, 1, 1, '2020-01-01'
              from unnest(array['outbound', 'inbound']) d, unnest(array['1', '33', '44']) p;
            insert into routing.carriers (tenant_id, id, name) values (TENANT, DECK, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (TENANT, TRUNK, DECK, 'x', 'x.example');
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name, currency)
            values (TENANT, DECK, TRUNK, 'x', '\(deckCurrency ?? currency)');
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, initial_increment_s, next_increment_s,
                                           valid_from)
            select TENANT, DECK, p, 0.3, 1, 1, '2020-01-01' from unnest(array['1', '33', '44']) p;
            """)
    }

    /// A script of the owner, with TENANT, PLAN, DECK and TRUNK; BAN('A') begins with the letter.
    func run(_ script: String) async throws {
        let names = [("TENANT", tenant), ("PLAN", plan), ("DECK", deck), ("TRUNK", trunk)]
        // What is claimed for all tenants has the tenant in it.
        let script = names.reduce(script.replacing(/BAN\('(.)'\)/) { "('\($0.1)' || upper(left(TENANT::text, 13)))" }) {
            $0.replacing($1.0, with: "'\($1.1)'::uuid")
        }
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    struct Call {
        var to = "+442079460000"
        var direction = "outbound"
        /// When it was answered, or was given up.
        var at = Date(microseconds: 1_790_000_000_000_000)
        /// Nil for one that was not answered.
        var milliseconds: Int64?
        var code = 200
        var hangup = "caller"
        var account: UUID?
        /// Of the request that the router answered.
        var routingID: UUID?
        var isOnCarrier = true
    }

    @discardableResult func place(_ call: Call) async throws -> UUID {
        let id = UUID.v7()
        let answered = call.milliseconds == nil ? nil : call.at
        try await db.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, carrier_trunk_id, direction,
                                     caller, callee, answered_at, ended_at, duration_ms, sip_code, hangup,
                                     routing_id)
            values (\(tenant), \(call.at), \(id), 'switch', \(call.account ?? account),
                    \(call.isOnCarrier ? trunk : nil), \(call.direction), '+12125550100', \(call.to), \(answered),
                    \(call.at), \(call.milliseconds ?? 0), \(call.code), \(call.hangup), \(call.routingID))
            """)
        return id
    }

    @discardableResult func rate() async throws -> RateCalls.Result {
        var total = RateCalls.Result()
        let rate = RateCalls(db.engine)
        while true {
            let result = try await rate()
            total.calls += result.calls
            total.posted += result.posted
            total.setAside += result.setAside
            if result.calls == 0 { return total }
        }
    }

    /// What the account and the carrier are charged, or why the call was set aside.
    func amounts(of id: UUID) async throws -> String? {
        try await db.engine.run(
            """
            select coalesce(r.rating_error, trim_scale(e.sell_amount) || ' ' || trim_scale(e.buy_amount))
              from cdr.raw_cdr r
              left join cdr.enriched_cdr e on e.tenant_id = r.tenant_id and e.started_at = r.started_at and e.id = r.id
             where r.tenant_id = \(tenant) and r.id = \(id)
            """
        ).value(String?.self) ?? nil
    }

    /// A text that SQL makes of this tenant's rows.
    func text(_ query: SQL) async throws -> String? { try await db.engine.run(query).value(String?.self) ?? nil }

    /// Whether balances are what the ledger says.
    func isBalanced() async throws -> Bool {
        try await db.engine.run("select count(*) from billing.check_ledger(\(tenant))").value(Int.self) == 0
    }
}
