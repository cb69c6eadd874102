import Foundation
import Postgres
import Telecom

/// Reads where the calls of a flow may go, how it is with those targets at a time, and what the caller did before.
struct ReadFlowTargets {
    let scope: RequestScope
    let session: Connection
    let account: UUID
    /// When the call comes in.
    let at: Date

    private static let mostContacts = 200
    private static let mostRoutes = 2_000
    /// Of groups, their members, and targets.
    private static let mostTargets = 5_000
    private static let mostCaps = 20_000

    /// Fills a world with what the nodes of its flows point at.
    /// - Parameter campaign: the call's.
    /// - Throws: `ResourceFault` when there is no such campaign, or `PostgresError`.
    func fill(_ world: inout FlowWorld, campaign: UUID?) async throws {
        let works = world.flows.values.flatMap { $0.nodes.map(\.work) }
        if let campaign { world.campaign = try await read(campaign: campaign) }
        var (schedules, targets, groups) = (Set<UUID>(), Set<UUID>(), Set<UUID>())
        for work in works {
            switch work {
            case .schedule(let id): schedules.insert(id)
            case .forward(.target(let id)): targets.insert(id)
            case .forward(.group(let id)): groups.insert(id)
            default: break
            }
        }
        let routes = world.campaign?.routes ?? []
        targets.formUnion(routes.compactMap(\.target))
        groups.formUnion(routes.compactMap(\.group))
        for group in try await read(groups: groups) {
            world.groups[group.id] = group
            targets.formUnion(group.members.map(\.target))
            if let schedule = group.schedule { schedules.insert(schedule) }
        }
        try await fill(&world, targets: targets)
        schedules.formUnion(world.targets.values.compactMap(\.schedule))
        world.schedules = try await read(schedules: schedules)
        for cap in try await caps(of: world) { world.add(cap) }
        world.areaCodes = try await PlaceTables.areaCodes(session)
    }

    // MARK: Campaign

    private func read(campaign id: UUID) async throws -> FlowCampaign {
        try FlowReadBounds.bytes(
            try await session.run(
                """
                select coalesce(sum(octet_length(filters::text)), 0)::int8 from tracking.campaign_routes
                 where tenant_id = \(scope.tenant) and campaign_id = \(id) and account_id = \(account)
                """), "filters of the campaign's plan")
        let found = try await session.run([
            """
            select name, strategy::text, returning_caller::text, reroute_below_s::int8, max_reroutes::int8,
                   records_calls
              from tracking.campaigns
             where tenant_id = \(scope.tenant) and id = \(id) and account_id = \(account)
            """,
            """
            select target_id, target_group_id, priority::int8, weight::int8, is_active, filters::text
              from tracking.campaign_routes
             where tenant_id = \(scope.tenant) and campaign_id = \(id) and account_id = \(account)
             order by priority, id limit \(Self.mostRoutes + 1)
            """,
        ])
        guard let row = found[0].first else {
            throw ResourceFault([
                .init("campaign_id", pointer: "/campaign_id", id.text, expected: "a campaign of the flow's account")
            ])
        }
        var campaign = FlowCampaign(id: id, name: try row.column(0))
        campaign.strategy = FlowStrategy(rawValue: try row.column(1)) ?? campaign.strategy
        campaign.returning = FlowCampaign.Returning(rawValue: try row.column(2)) ?? campaign.returning
        campaign.rerouteBelowSeconds = try row.column(3)
        campaign.maximumReroutes = try row.column(4)
        campaign.records = try row.column(5)
        let routes = try FlowReadBounds.rows(found[1], Self.mostRoutes, "routes are in the campaign's plan")
        campaign.routes = try routes.map { row in
            FlowCampaign.Route(
                target: try row.column(0), group: try row.column(1),
                FlowRank(priority: try row.column(2), weight: try row.column(3), isActive: try row.column(4)),
                filters: FlowConditions.filters(try row.column(5)))
        }
        return campaign
    }

    // MARK: Groups and targets

    private func read(groups ids: Set<UUID>) async throws -> [FlowGroup] {
        if ids.isEmpty { return [] }
        let found = try await session.run([
            """
            select id, name, status = 'active', schedule_id, strategy::text, min_revenue, is_waterfall
              from tracking.target_groups
             where tenant_id = \(scope.tenant) and account_id = \(account) and id = any (\(Array(ids))) order by id
             limit \(Self.mostTargets + 1)
            """,
            """
            select target_group_id, target_id, priority::int8, weight::int8, is_active
              from tracking.target_group_members
             where tenant_id = \(scope.tenant) and account_id = \(account) and target_group_id = any (\(Array(ids)))
             order by priority, target_id limit \(Self.mostTargets + 1)
            """,
        ])
        var members: [UUID: [FlowGroup.Member]] = [:]
        for row in try FlowReadBounds.rows(found[1], Self.mostTargets, "members are in the groups of the flow") {
            let rank = FlowRank(priority: try row.column(2), weight: try row.column(3), isActive: try row.column(4))
            let group = try row.column(0, as: UUID.self)
            members[group, default: []].append(FlowGroup.Member(try row.column(1), rank))
        }
        return try FlowReadBounds.rows(found[0], Self.mostTargets, "groups are rung by the flow").map { row in
            var group = FlowGroup(id: try row.column(0), name: try row.column(1))
            group.isActive = try row.column(2)
            group.schedule = try row.column(3)
            group.strategy = FlowStrategy(rawValue: try row.column(4)) ?? group.strategy
            group.minimumRevenue = try row.column(5)
            group.isWaterfall = try row.column(6)
            group.members = members[group.id] ?? []
            return group
        }
    }

    private func fill(_ world: inout FlowWorld, targets ids: Set<UUID>) async throws {
        if ids.isEmpty { return }
        let ids = Array(ids)
        try FlowReadBounds.bytes(
            try await session.run(
                """
                select coalesce(sum(octet_length(filters::text)), 0)::int8 from tracking.targets
                 where tenant_id = \(scope.tenant) and account_id = \(account) and id = any (\(ids))
                """), "filters of the flow's targets")
        let rows = try await session.run(
            """
            select t.id, t.name, t.buyer_id, t.status = 'active' and coalesce(e.status = 'active', true),
                   b.status = 'active', t.kind = 'ping', t.min_bid, t.schedule_id, t.filters::text,
                   coalesce(t.duplicate_restriction, b.duplicate_restriction)::text,
                   coalesce(t.restricted_after, b.restricted_after) = 'converted',
                   coalesce(t.restriction_s, b.restriction_s)::int8, t.max_reroutes::int8,
                   case when b.requires_balance then a.available + a.credit_limit > 0 end,
                   t.ring_timeout_s::int8, t.max_call_s::int8, t.caller_id_mode::text, t.whisper, t.press_to_accept,
                   t.detects_machines, t.records_calls
              from tracking.targets t
              join tracking.buyers b on b.tenant_id = t.tenant_id and b.id = t.buyer_id
              left join tracking.buyer_endpoints e on e.tenant_id = t.tenant_id and e.id = t.buyer_endpoint_id
              left join billing.account_balance a
                on a.tenant_id = b.tenant_id and a.account_id = b.partner_account_id
             where t.tenant_id = \(scope.tenant) and t.account_id = \(account) and t.id = any (\(ids))
             order by t.id limit \(Self.mostTargets + 1)
            """)
        for row in try FlowReadBounds.rows(rows, Self.mostTargets, "targets are rung by the flow") {
            let target = try Self.target(row)
            world.targets[target.id] = target
        }
        let strategies = world.groups.values.map(\.strategy) + (world.campaign.map { [$0.strategy] } ?? [])
        if strategies.contains(.roundRobin) { try await addLastRung(&world, ids) }
        if strategies.contains(.predictive) { try await addEarnings(&world, ids) }
    }

    private static func target(_ row: Row) throws -> FlowTarget {
        var target = FlowTarget(id: try row.column(0), name: try row.column(1), buyer: try row.column(2))
        target.isActive = try row.column(3)
        target.isBuyerActive = try row.column(4)
        target.isAsked = try row.column(5)
        target.minimumBid = try row.column(6)
        target.schedule = try row.column(7)
        target.filters = FlowConditions.filters(try row.column(8))
        target.restriction = FlowTarget.Restriction(rawValue: try row.column(9)) ?? target.restriction
        target.restrictedAfterConversion = try row.column(10)
        target.restrictionSeconds = try row.column(11)
        target.maximumReroutes = try row.column(12)
        target.hasBalance = try row.column(13)
        target.ringSeconds = try row.column(14)
        target.maximumSeconds = try row.column(15)
        target.shows = try row.column(16)
        target.whisper = try row.column(17)
        target.pressesToAccept = try row.column(18)
        target.detectsMachines = try row.column(19)
        target.records = try row.column(20)
        return target
    }

    /// Of the last thirty days: who was not rung since has waited longest.
    private func addLastRung(_ world: inout FlowWorld, _ ids: [UUID]) async throws {
        let rows = try await session.run(
            """
            select target_id, max(started_at) from tracking.call_legs
             where tenant_id = \(scope.tenant) and target_id = any (\(ids))
               and started_at < \(at) and started_at >= \(at)::timestamptz - interval '30 days'
             group by target_id
            """)
        for row in rows {
            let target = try row.column(0, as: UUID.self)
            world.targets[target]?.lastRungAt = try row.column(1, as: Date.self).microseconds
        }
    }

    /// Of the last seven days.
    private func addEarnings(_ world: inout FlowWorld, _ ids: [UUID]) async throws {
        let rows = try await session.run(
            """
            select target_id, round(avg(revenue), 8) from tracking.calls
             where tenant_id = \(scope.tenant) and target_id = any (\(ids)) and not is_test
               and started_at < \(at) and started_at >= \(at)::timestamptz - interval '7 days'
             group by target_id
            """)
        for row in rows {
            let target = try row.column(0, as: UUID.self)
            world.targets[target]?.earns = try row.column(1)
        }
    }

    private func caps(of world: FlowWorld) async throws -> [FlowCap] {
        let buyers = Array(Set(world.targets.values.map(\.buyer)))
        let rows = try await session.run(
            """
            with held as (
                select c.id, coalesce(c.target_id, c.buyer_id, c.target_group_id, c.campaign_id) as owner_id,
                       c.campaign_id, c.measure::text, c.period::text
                  from tracking.caps c
                 where c.tenant_id = \(scope.tenant) and c.account_id = \(account) and c.is_active
                   and c.publisher_id is null
                   and (c.target_id = any (\(Array(world.targets.keys))) or c.buyer_id = any (\(buyers))
                        or c.target_group_id = any (\(Array(world.groups.keys)))
                        or c.campaign_id = \(world.campaign?.id)
                           and num_nonnulls(c.target_id, c.buyer_id, c.target_group_id) = 0)
            )
            select h.owner_id, h.campaign_id, h.measure, h.period, r.remaining
              from held h
              join tracking.read_caps(\(scope.tenant), (select coalesce(array_agg(id), '{}') from held), \(at)) r
                on r.cap_id = h.id
             order by h.id limit \(Self.mostCaps + 1)
            """)
        return try FlowReadBounds.rows(rows, Self.mostCaps, "caps are on the flow's targets").compactMap { row in
            guard let measure = FlowCap.Measure(rawValue: try row.column(2)),
                let period = FlowCap.Period(rawValue: try row.column(3))
            else { return nil }
            return FlowCap(
                of: try row.column(0), campaign: try row.column(1), measure, period, remaining: try row.column(4))
        }
    }

    // MARK: Caller

    /// What a caller did in the campaign before.
    func contacts(of caller: String, in campaign: UUID) async throws -> (isRepeat: Bool, contacts: [FlowCall.Contact]) {
        let found = try await session.run([
            """
            select is_duplicate from tracking.find_duplicates(\(scope.tenant), \([campaign]), \([caller]), array[\(at)])
            """,
            """
            select target_id, buyer_id, call_connected_timestamp,
                   case when converted then call_connected_timestamp end
              from tracking.calls
             where tenant_id = \(scope.tenant) and caller_id = \(caller) and campaign_id = \(campaign)
               and started_at < \(at) and call_connected_timestamp is not null
               and target_id is not null and buyer_id is not null and not is_test
             order by started_at desc limit \(Self.mostContacts)
            """,
        ])
        let contacts = try found[1].map { row in
            FlowCall.Contact(
                target: try row.column(0), buyer: try row.column(1),
                connectedAt: try row.column(2, as: Date.self).microseconds,
                convertedAt: try row.column(3, as: Date?.self)?.microseconds)
        }
        return (try found[0].value(Bool.self) ?? false, contacts.reversed())
    }
}
