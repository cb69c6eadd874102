import Foundation
import Postgres
import TestSupport

// What an operator of the random market prefers beside the price, and how its carriers do.

extension RandomMarket {
    /// Everything of the order of routes.
    struct Order {
        struct Profile: Encodable {
            let id: UUID
            let name: String
            let isDefault: Bool
            let strategy: String
            let bandBp: Int?
            let bandPerMinute: String?
            let minAsrBp: Int?
            let minNerBp: Int?
            let minAcdS: Int?
            let maxPddMs: Int?
            let dropsPoor: Bool
            let maxRoutes: Int
        }

        struct Use: Encodable {
            var accountId: UUID?
            var ratePlanId: UUID?
            let profileId: UUID
        }

        struct Rule: Encodable {
            let id: UUID
            let accountId: UUID?
            let prefix: String?
            let carrierTrunkId: UUID
            let kind: String
            let opensAt: String?
            let closesAt: String?
            let timeZone: String
            let validFrom: Date
            let validTo: Date?
        }

        struct Quality: Encodable {
            let carrierTrunkId: UUID
            let prefixGroup: String
            let jurisdiction: String
            let windowS: Int
            let isJudged: Bool
            let asrLowBp: Int
            let asrHighBp: Int
            let nerLowBp: Int
            let nerHighBp: Int
            let acdS: Int?
            let pddMs: Int?
        }

        struct Breaker: Encodable {
            let carrierTrunkId: UUID
            let openUntil: Date?
        }

        struct Spending: Encodable {
            let carrierId: UUID
            let isUsedUp: Bool
        }

        /// What is changed of a carrier trunk, in SQL: its tags, callers and codecs.
        struct Choice: Encodable {
            let id: UUID
            let isGrey: Bool
            let callerRequirement: String
            let acceptsAnonymous: Bool
            let hasBreaker: Bool
            let codecs: [String]
        }

        var profiles: [Profile] = []
        var accountUses: [Use] = []
        var planUses: [Use] = []
        var rules: [Rule] = []
        var quality: [Quality] = []
        var breakers: [Breaker] = []
        var spending: [Spending] = []
        var choices: [Choice] = []
        /// Grey carrier trunks are left out by profiles that say so.
        var requiresTags = false
    }

    mutating func makeOrder() -> Order {
        var order = Order()
        addProfiles(&order)
        for number in 0..<random.pick([0, 0, 1, 3, 6]) { order.rules.append(rule(number)) }
        let numbers = (0..<30).map { _ in someNumber() }
        for trunk in carrierTrunks {
            order.choices.append(
                Order.Choice(
                    id: trunk.id, isGrey: random.chance(20),
                    callerRequirement: random.pick(["any", "any", "any", "number", "north_american"]),
                    acceptsAnonymous: random.chance(85), hasBreaker: random.chance(90),
                    codecs: random.pick([[], [], [], ["pcmu"], ["g729"], ["g729", "pcma"]])))
            if random.chance(20) {
                order.breakers.append(
                    Order.Breaker(
                        carrierTrunkId: trunk.id,
                        // Open, half open, closed again, and closed.
                        openUntil: random.pick([today + 60, today, today - 300, today - 601, nil])))
            }
            addQuality(of: trunk.id, numbers, &order)
        }
        for carrier in carriers where random.chance(30) {
            order.spending.append(Order.Spending(carrierId: carrier.id, isUsedUp: random.chance(30)))
        }
        return order
    }

    private mutating func addProfiles(_ order: inout Order) {
        func sometimes<Value>(_ values: [Value], _ random: inout SeededGenerator) -> Value? {
            random.chance(40) ? random.pick(values) : nil
        }
        order.requiresTags = random.chance(30)
        for number in 0..<random.pick([1, 2, 3]) {
            let profile = Order.Profile(
                id: random.id(), name: "profile \(number)", isDefault: number == 0 && random.chance(50),
                strategy: random.pick(["least_cost", "priority", "quality", "weighted", "weighted"]),
                bandBp: sometimes([0, 500, 5000], &random), bandPerMinute: sometimes(["0", "0.001", "0.002"], &random),
                minAsrBp: sometimes([3000, 5000], &random), minNerBp: sometimes([5000], &random),
                minAcdS: sometimes([60], &random), maxPddMs: sometimes([3000], &random), dropsPoor: random.chance(40),
                maxRoutes: random.pick([8, 8, 3, 1]))
            order.profiles.append(profile)
        }
        if random.chance(60) { order.accountUses.append(Order.Use(profileId: random.pick(order.profiles).id)) }
        for plan in plans where random.chance(50) {
            order.planUses.append(Order.Use(ratePlanId: plan.id, profileId: random.pick(order.profiles).id))
        }
    }

    private mutating func rule(_ number: Int) -> Order.Rule {
        let hours: (String, String)? = random.pick([nil, nil, ("00:00", "12:00"), ("20:30", "04:00")])
        return Order.Rule(
            id: random.id(), accountId: random.chance(50) ? id : nil,
            prefix: random.chance(70) ? String(someNumber().prefix(random.pick([1, 1, 2, 4]))) : nil,
            carrierTrunkId: random.pick(carrierTrunks).id,
            kind: random.pick(["force_first", "force_first", "only", "never", "never"]), opensAt: hours?.0,
            closesAt: hours?.1, timeZone: random.pick(["UTC", "America/New_York", "Asia/Kathmandu"]),
            validFrom: today.addingTimeInterval(random.pick([-100, 5]) * 86_400),
            validTo: random.chance(20) ? today.addingTimeInterval(20 * 86_400) : nil)
    }

    private mutating func addQuality(of trunk: UUID, _ numbers: [String], _ order: inout Order) {
        let groups = Set(numbers.map { String($0.prefix($0.hasPrefix("1") ? 4 : 3)) }).sorted()
        for group in groups where random.chance(70) {
            for jurisdiction in ["interstate", "intrastate", "indeterminate", "international", "toll_free"] {
                let low = Int.random(in: 0...7000, using: &random) / 1000 * 1000
                order.quality.append(
                    Order.Quality(
                        carrierTrunkId: trunk, prefixGroup: group, jurisdiction: jurisdiction, windowS: 900,
                        isJudged: random.chance(85), asrLowBp: low, asrHighBp: low + 1500,
                        nerLowBp: low + 1000, nerHighBp: min(low + 3000, 10_000),
                        acdS: random.pick([nil, 30, 90]), pddMs: random.pick([nil, 1000, 5000])))
            }
        }
    }

    /// Writes it; the carrier trunks are there.
    func store(_ order: Order, _ database: TestDatabase) async throws {
        let owner = database.owner
        try await fill(
            owner, "routing.profiles", order.profiles,
            """
            id uuid, name text, is_default boolean, strategy text, band_bp integer, band_per_minute numeric,
            min_asr_bp integer, min_ner_bp integer, min_acd_s integer, max_pdd_ms integer, drops_poor boolean,
            max_routes integer
            """, also: ("excluded_tags", order.requiresTags ? "'{grey}'::text[]" : "'{}'::text[]"))
        try await fill(
            owner, "routing.account_profiles", order.accountUses, "profile_id uuid", also: ("account_id", "tenant.id"))
        try await fill(owner, "routing.rate_plan_profiles", order.planUses, "rate_plan_id uuid, profile_id uuid")
        try await fill(
            owner, "routing.route_rules", order.rules,
            """
            id uuid, account_id uuid, prefix text, carrier_trunk_id uuid, kind text, opens_at time, closes_at time,
            time_zone text, valid_from timestamptz, valid_to timestamptz
            """)
        try await fill(
            owner, "routing.route_quality", order.quality,
            """
            carrier_trunk_id uuid, prefix_group text, jurisdiction text, window_s integer, is_judged boolean,
            asr_low_bp integer, asr_high_bp integer, ner_low_bp integer, ner_high_bp integer, acd_s integer,
            pdd_ms integer
            """, also: ("attempts, answered, effective", "100, 0, 0"))
        try await fill(owner, "routing.breakers", order.breakers, "carrier_trunk_id uuid, open_until timestamptz")
        try await fill(owner, "routing.carrier_spending", order.spending, "carrier_id uuid, is_used_up boolean")
        try await owner.run(
            """
            update routing.carrier_trunks t
               set tags = case when c.is_grey then '{grey,cheap}'::text[] else '{white}' end,
                   caller_requirement = c.caller_requirement, accepts_anonymous = c.accepts_anonymous,
                   has_breaker = c.has_breaker, codecs = c.codecs
              from jsonb_to_recordset(\(try JSONText(rows: order.choices)))
                       as c (id uuid, is_grey boolean, caller_requirement text, accepts_anonymous boolean,
                             has_breaker boolean, codecs text[])
             where t.tenant_id = \(id) and t.id = c.id
            """)
    }
}
