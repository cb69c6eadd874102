import Foundation
import Postgres
import TestSupport
import Testing

/// routing.calculate_lcr: least-cost routing by the router's rules, each of which stands alone here. That both give the
/// same answers for any data is for a property test beside the router.
@Suite(.database) struct CalculateLcrTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A tenant with an account, a plan that sells 1 for 0.03, and carrier trunks that the tests give decks.
    private struct Market {
        let tenant: Tenant
        let account: Account
        let plan = UUID()

        func carrier(
            _ name: String, _ prefix: String, rate: String, columns: String = "", values: String = "",
            trunk: String = "", settings: String = ""
        ) async throws {
            let id = UUID()
            try await tenant.database.owner.run(
                "insert into routing.carriers (tenant_id, id, name) values (\(tenant.id), \(id), \(name))")
            try await tenant.database.owner.run(
                """
                insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host\(unescaped: trunk))
                values (\(tenant.id), \(id), \(id), \(name), 'x.example'\(unescaped: settings))
                """)
            try await tenant.database.owner.run(
                """
                insert into routing.decks (tenant_id, id, carrier_trunk_id, name)
                values (\(tenant.id), \(id), \(id), \(name))
                """)
            try await add(name, prefix, rate: rate, columns: columns, values: values)
        }

        func add(
            _ deck: String, _ prefix: String, rate: String, columns: String = "", values: String = ""
        ) async throws {
            try await tenant.database.owner.run(
                """
                insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from
                                               \(unescaped: columns))
                select tenant_id, id, \(prefix), \(unescaped: rate), '2026-01-01'\(unescaped: values)
                  from routing.decks where tenant_id = \(tenant.id) and name = \(deck)
                """)
        }

        /// Each candidate as "name outcome", the routes first.
        func route(
            _ called: String? = "+12125550100", from caller: String? = "+13105550100", at time: String = "2026-06-01",
            routingNumber: String? = nil
        ) async throws -> [String] {
            try await tenant.database.app.run([
                tenant.staff,
                """
                select split_part(carrier, ' / ', 2) || ' ' || outcome
                  from routing.calculate_lcr(\(tenant.id), \(called), \(caller), \(account.id), \(time)::timestamptz,
                                             p_routing_number => \(routingNumber))
                """,
            ]).last?.decode(String.self) ?? []
        }
    }

    private func market() async throws -> Market {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let made = Market(tenant: tenant, account: account)
        try await db.owner.run(
            "insert into billing.rate_plans (tenant_id, id, name) values (\(made.tenant.id), \(made.plan), 'x')")
        try await db.owner.run(
            """
            insert into routing.destination_rules (tenant_id, prefix, effect, valid_from)
            select \(made.tenant.id), p, 'allow', '2026-01-01' from unnest(array[null, '1876']) p
            """)
        try await db.owner.run(
            """
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            values (\(made.tenant.id), \(account.id), \(made.plan), '2026-01-01')
            """)
        try await db.owner.run(
            """
            insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, rate, valid_from)
            select \(made.tenant.id), \(made.plan), p, 0.03, '2026-01-01' from unnest(array['1', '1876', '44']) p
            """)
        return made
    }

    @Test func `the cheaper goes first, by a call of the expected length`() async throws {
        let market = try await market()
        try await market.carrier("dear", "1", rate: "0.02")
        try await market.carrier("cheap", "1212", rate: "0.01")
        // By the minute the cheapest; for three minutes of talk it charges an hour.
        try await market.carrier(
            "hourly", "1", rate: "0.0012", columns: ", initial_increment_s", values: ", 3600")
        #expect(try await market.route() == ["cheap chosen", "dear chosen", "hourly chosen"])
    }

    @Test func `each carrier's longest prefix counts, whatever is wrong with it`() async throws {
        let market = try await market()
        try await market.carrier("dearer inside", "1", rate: "0.001")
        try await market.add("dearer inside", "12125", rate: "0.09")
        try await market.carrier("blocked inside", "1", rate: "0.001")
        try await market.add("blocked inside", "1212", rate: "null", columns: ", blocked", values: ", true")
        try await market.carrier("open again", "1", rate: "null", columns: ", blocked", values: ", true")
        try await market.add("open again", "1212", rate: "0.02")
        try await market.carrier("over", "1212", rate: "0.01", columns: ", valid_to", values: ", '2026-02-01'")
        try await market.carrier("elsewhere", "44", rate: "0.01")
        #expect(try await market.route().first == "open again chosen")
        #expect(
            Set(try await market.route().dropFirst())
                == ["dearer inside margin", "blocked inside blocked", "over out_of_date", "elsewhere no_prefix"])
    }

    @Test func `a disabled row makes room for the shorter prefix, in a deck and in the plan`() async throws {
        let market = try await market()
        try await market.carrier("two", "1", rate: "0.02")
        try await market.add("two", "1212", rate: "0.09", columns: ", disabled", values: ", true")
        try await market.add("two", "12125", rate: "null", columns: ", disabled", values: ", true")
        try await market.carrier("none", "1212", rate: "0.01", columns: ", disabled", values: ", true")
        #expect(try await market.route() == ["two chosen", "none no_prefix"])
        for (column, expected) in [("disabled", ["two chosen", "none no_prefix"]), ("blocked", [])] {
            try await db.owner.run(
                "delete from billing.voice_rates where tenant_id = \(market.tenant.id) and prefix = '1212'")
            try await db.owner.run(
                """
                insert into billing.voice_rates (tenant_id, rate_plan_id, prefix, \(unescaped: column), valid_from)
                values (\(market.tenant.id), \(market.plan), '1212', true, '2026-01-01')
                """)
            #expect(try await market.route() == expected, "\(column)")
        }
    }

    @Test func `a date that is over makes room for the shorter prefix`() async throws {
        let market = try await market()
        try await market.carrier("two", "1", rate: "0.02")
        try await market.add("two", "1212", rate: "0.09", columns: ", valid_to", values: ", '2026-02-01'")
        #expect(try await market.route(at: "2026-01-15") == ["two margin"])
        #expect(try await market.route(at: "2026-02-01") == ["two chosen"])
    }

    @Test func `the margin floor, and an account that may lose`() async throws {
        let market = try await market()
        try await market.carrier("close", "1", rate: "0.029")
        #expect(try await market.route() == ["close chosen"])
        try await db.owner.run(
            "update billing.rate_plans set margin_floor_bp = 1000 where tenant_id = \(market.tenant.id)")
        #expect(try await market.route() == ["close margin"])
        try await db.owner.run(
            "update accounts.accounts set allows_loss = true where tenant_id = \(market.tenant.id)")
        #expect(try await market.route() == ["close chosen"])
    }

    @Test func `equal prices go by priority, then weight`() async throws {
        let market = try await market()
        for (name, priority, weight) in [("light", 100, 10), ("heavy", 100, 90), ("first", 50, 1)] {
            try await market.carrier(
                name, "1", rate: "0.01", trunk: ", priority, weight", settings: ", \(priority), \(weight)")
        }
        #expect(try await market.route() == ["first chosen", "heavy chosen", "light chosen"])
    }

    @Test func `Jamaica is not bought by a price for 1`() async throws {
        let market = try await market()
        try await market.carrier("general", "1", rate: "0.001")
        try await market.carrier("special", "1876", rate: "0.02")
        #expect(try await market.route("+18765550100") == ["special chosen", "general prefix_too_short"])
    }

    @Test func `nobody is asked when the call cannot be sold`() async throws {
        let market = try await market()
        try await market.carrier("any", "1", rate: "0.01")
        #expect(try await market.route("+19005550100") == [])  // sold by 1 alone
        #expect(try await market.route("+12125110100") == [])  // no number
        #expect(try await market.route(nil) == [])
        #expect(try await market.route("+4912345678") == [])  // no price
        try await db.owner.run(
            "update accounts.accounts set status = 'suspended' where tenant_id = \(market.tenant.id)")
        #expect(try await market.route() == [])
    }

    /// A caller of New York calls a New York number that was ported to New Jersey, and back.
    @Test func `a ported number is bought by its routing number, and is where that is`() async throws {
        let market = try await market()
        try await market.carrier(
            "york", "1212", rate: "0.02", columns: ", rate_intrastate", values: ", 0.001")
        try await market.carrier(
            "jersey", "1201", rate: "0.01", columns: ", rate_intrastate", values: ", 0.001")
        let caller = "+13475550100"
        #expect(try await market.route(from: caller) == ["york chosen", "jersey no_prefix"])
        let ported = try await market.route(from: caller, routingNumber: "+12015550000")
        #expect(ported == ["jersey chosen", "york no_prefix"])
        let reason = try await db.engine.run(
            """
            select distinct concat_ws(' ', prefix, jurisdiction, jurisdiction_reason, rate)
              from routing.calculate_lcr(\(market.tenant.id), '+12125550100', \(caller), \(market.account.id),
                                         '2026-06-01', p_routing_number => '+12015550000') where rank = 1
            """
        ).decode(String.self)
        #expect(reason == ["1201 interstate different_states 0.01000000"])
        // What is no number decides nothing, and other countries' numbers have none.
        let unread = try await market.route(from: caller, routingNumber: "2015550000")
        #expect(unread == ["york chosen", "jersey no_prefix"])
        #expect(
            Set(try await market.route("+442071838750", routingNumber: "+12015550000"))
                == ["jersey no_prefix", "york no_prefix"])
    }

    /// What the call offers, and what becomes of a carrier that takes G.729 alone.
    @Test(
        arguments: [
            (nil, "chosen"), ("{g729}", "chosen"), ("{pcmu,g729}", "chosen"), ("{pcmu}", "codec_not_taken"),
            ("{}", "codec_not_taken"),
        ] as [(String?, String)])
    func `a carrier gets calls with a codec that it takes`(offer: String?, outcome: String) async throws {
        let market = try await market()
        try await market.carrier("g729", "1", rate: "0.01", trunk: ", codecs", settings: ", '{g729}'")
        try await market.carrier("any", "1", rate: "0.02")
        let outcomes = try await db.engine.run(
            """
            select split_part(carrier, ' / ', 2) || ' ' || outcome
              from routing.calculate_lcr(\(market.tenant.id), '+12125550100', '+13105550100', \(market.account.id),
                                         '2026-06-01', p_codecs => \(offer)::text[])
            """
        ).decode(String.self)
        #expect(Set(outcomes) == ["g729 \(outcome)", "any chosen"])
    }

    @Test func `of a deck and of the plan the version that holds at the instant counts, and no draft`() async throws {
        let market = try await market()
        try await market.carrier("old", "1", rate: "0.02")
        try await market.carrier("new", "1", rate: "0.01")
        let decks = "routing.decks where tenant_id = '\(market.tenant.id)' and name = 'new'"
        let plans = "billing.rate_plans where tenant_id = '\(market.tenant.id)'"
        for sheet in [decks, plans] {
            try await db.engine.run("select routing.draft_sheet(tenant_id, id) from \(unescaped: sheet)")
        }
        try await market.add("new", "1", rate: "0.025", columns: ", deck_version", values: ", 2")
        try await db.owner.run(
            """
            insert into billing.voice_rates (tenant_id, rate_plan_id, plan_version, prefix, rate, valid_from)
            values (\(market.tenant.id), \(market.plan), 2, '1', 0.015, '2026-01-01')
            """)
        let before = try #require(try await db.owner.run("select now()::text").value(String.self))
        for instant in [before, "2100-01-01"] {
            #expect(try await market.route(at: instant) == ["new chosen", "old chosen"])
        }
        for (sheet, version, from) in [
            (decks, 2, "null"), (decks, 1, "'2100-01-01Z'"), (decks, 2, "'2100-03-01Z'"), (plans, 2, "'2100-02-01Z'"),
            (plans, 1, "'2100-04-01Z'"),
        ] {
            try await db.engine.run(
                """
                select routing.publish_sheet(tenant_id, id, \(version)::integer, \(unescaped: from))
                  from \(unescaped: sheet)
                """)
        }
        for (instant, routes) in [
            (before, ["new chosen", "old chosen"]), ("now", ["old chosen", "new chosen"]),
            ("2099-12-31Z", ["old chosen", "new chosen"]), ("2100-01-01Z", ["new chosen", "old chosen"]),
            ("2100-02-01Z", ["new chosen", "old margin"]), ("2100-04-01Z", ["old chosen", "new chosen"]),
        ] {
            #expect(try await market.route(at: instant) == routes, "\(instant)")
        }
        #expect(Set(try await market.route(at: "2100-03-01Z")) == ["new margin", "old margin"])
    }

    @Test func `eight are taken`() async throws {
        let market = try await market()
        for number in 1...10 { try await market.carrier("c\(number)", "1", rate: "0.01\(number)") }
        let outcomes = try await market.route().map { $0.split(separator: " ")[1] }
        #expect(outcomes == Array(repeating: "chosen", count: 8) + ["beyond_route_limit", "beyond_route_limit"])
    }

    @Test func `an account sees no carriers`() async throws {
        let market = try await market()
        try await market.carrier("secret", "1", rate: "0.01")
        let seen = try await db.app.run([
            market.tenant.people(of: [market.account.id]),
            """
            select count(*) from routing.calculate_lcr(\(market.tenant.id), '+12125550100', '+13105550100',
                                                       \(market.account.id))
            """,
        ]).last?.value(Int.self)
        #expect(seen == 0)
    }
}
