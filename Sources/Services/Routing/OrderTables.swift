import Foundation
import Postgres
import Telecom

/// What operators prefer beside the price: profiles and who has them, rules, and what carrier trunks ask of callers.
struct OrderTables {
    var profiles: [RoutingProfileRow] = []
    var profileUses: [ProfileUseRow] = []
    var rules: [RouteRuleRow] = []
    private var choices: [TenantKey: (tags: Set<String>, callers: CallerRequirement)] = [:]

    init(_ session: Connection) async throws {
        try await readProfiles(session)
        try await readRules(session)
        let rows = try await session.run(
            """
            select tenant_id, id, tags::text[], caller_requirement, accepts_anonymous from routing.carrier_trunks
             where tags <> '{}' or caller_requirement <> 'any' or not accepts_anonymous
            """)
        for (tenant, id, tags, number, acceptsAnonymous) in try rows.decode(
            UUID.self, UUID.self, [String].self, String.self, Bool.self)
        {
            let callers = CallerRequirement(
                number: CallerRequirement.Number(rawValue: number) ?? .any, acceptsAnonymous: acceptsAnonymous)
            choices[TenantKey(tenant, id)] = (Set(tags), callers)
        }
    }

    /// Carrier trunks with their tags and with the callers that they take.
    func completed(_ trunks: [CarrierTrunkRow]) -> [CarrierTrunkRow] {
        if choices.isEmpty { return trunks }
        return trunks.map { trunk in
            guard let choice = choices[TenantKey(trunk.tenantID, trunk.id)] else { return trunk }
            var trunk = trunk
            (trunk.tags, trunk.callers) = choice
            return trunk
        }
    }

    private mutating func readProfiles(_ session: Connection) async throws {
        let rows = try await session.run(
            """
            select id, tenant_id, is_default, strategy, drops_poor, max_routes, required_tags::text[],
                   excluded_tags::text[], band_bp, band_per_minute, min_asr_bp, min_ner_bp, min_acd_s, max_pdd_ms
              from routing.profiles
            """)
        for row in rows {
            let (id, tenant, isDefault, strategy, dropsPoor, most, required, excluded) = try row.decode(
                UUID.self, UUID.self, Bool.self, String.self, Bool.self, Int.self, [String].self, [String].self)
            profiles.append(
                RoutingProfileRow(
                    id: id, tenantID: tenant, isDefault: isDefault,
                    strategy: RoutingProfileRow.Strategy(rawValue: strategy) ?? .leastCost, band: try Self.band(row),
                    limits: RouteQuality.Limits(
                        answerRatio: try row.column(10, as: Int?.self).map(Int32.init),
                        effectiveness: try row.column(11, as: Int?.self).map(Int32.init),
                        talkSeconds: try row.column(12, as: Int?.self).map(Int32.init),
                        postDialDelayMilliseconds: try row.column(13, as: Int?.self).map(Int32.init)),
                    dropsPoor: dropsPoor, maximumRoutes: most, requiredTags: Set(required),
                    excludedTags: Set(excluded)))
        }
        let uses = try await session.run(
            """
            select tenant_id, true, account_id, profile_id from routing.account_profiles
            union all
            select tenant_id, false, rate_plan_id, profile_id from routing.rate_plan_profiles
            """
        ).decode(UUID.self, Bool.self, UUID.self, UUID.self)
        profileUses = uses.map { tenant, isAccount, id, profile in
            ProfileUseRow(tenantID: tenant, owner: isAccount ? .account : .ratePlan, id: id, profileID: profile)
        }
    }

    /// A band of which one part is missing has none of that part; without both every route counts as equal.
    private static func band(_ row: Row) throws -> MarginFloor? {
        let basisPoints = try row.column(8, as: Int?.self)
        let perMinute = try row.column(9, as: Money?.self)
        if basisPoints == nil, perMinute == nil { return nil }
        return MarginFloor(
            perMinute: try Rate(unitsPerMinute: perMinute?.units ?? 0), basisPoints: Int64(basisPoints ?? 0))
    }

    private mutating func readRules(_ session: Connection) async throws {
        let rows = try await session.run(
            """
            select id, tenant_id, account_id, prefix, carrier_trunk_id, kind, valid_from, valid_to,
                   weekdays::text[], (extract(epoch from opens_at) * 1000000)::bigint,
                   (extract(epoch from closes_at) * 1000000)::bigint, time_zone,
                   opens_at is null and weekdays @> '{1,2,3,4,5,6,7}'
              from routing.route_rules where valid_to is null or valid_to > now()
            """)
        if rows.isEmpty { return }
        let offsets = try await Self.offsets(session)
        for row in rows {
            let (id, tenant, account, prefix, trunk, kind, from, to) = try row.decode(
                UUID.self, UUID.self, UUID?.self, String?.self, UUID.self, String.self, Date.self, Date?.self)
            // The domain lets nothing else in.
            guard let kind = RouteRuleRow.Kind(rawValue: kind) else { continue }
            rules.append(
                RouteRuleRow(
                    id: id, tenantID: tenant, accountID: account, prefix: prefix.flatMap { DigitPrefix($0) },
                    carrierTrunkID: trunk, kind: kind, validity: Validity(from, to),
                    hours: try Self.hours(row, offsets)))
        }
    }

    private static func hours(_ row: Row, _ offsets: [String: [WeeklyHours.Offset]]) throws -> WeeklyHours? {
        if try row.column(12, as: Bool.self) { return nil }
        let opens = try row.column(9, as: Int?.self).map(Int64.init)
        let closes = try row.column(10, as: Int?.self).map(Int64.init)
        let hours = opens.flatMap { opens in closes.map { (opens: opens, closes: $0) } }
        return WeeklyHours(
            weekdays: try row.column(8, as: [String].self).compactMap { Int($0) }, hours: hours,
            offsets: offsets[try row.column(11, as: String.self)] ?? [])
    }

    /// When the clocks of the zones that rules name change, as the database knows it, a year and more ahead: long
    /// before that the data is read again.
    private static func offsets(_ session: Connection) async throws -> [String: [WeeklyHours.Offset]] {
        let rows = try await session.run(
            """
            with steps as (
                select z.time_zone, t.at,
                       extract(epoch from (t.at at time zone z.time_zone) - (t.at at time zone 'UTC'))::bigint
                           as offset_s
                  from (select distinct time_zone from routing.route_rules) z
                 cross join generate_series(date_trunc('hour', now()) - interval '40 days',
                                            now() + interval '400 days', interval '30 minutes') as t (at)
            )
            select c.time_zone, c.at, c.offset_s
              from (select s.*, lag(s.offset_s) over (partition by s.time_zone order by s.at) as before from steps s) c
             where c.before is distinct from c.offset_s
             order by c.time_zone, c.at
            """, deadline: .seconds(60)
        ).decode(String.self, Date.self, Int.self)
        return Dictionary(grouping: rows, by: \.0).mapValues { rows in
            rows.map { WeeklyHours.Offset(fromMicroseconds: $0.1.microseconds, seconds: Int64($0.2)) }
        }
    }
}
