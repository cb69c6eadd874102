import Foundation
import Postgres
import Schema
import Services
import TestSupport
import Testing

/// The demonstration operator's campaign: what CallFabric's specification lists is there and hangs together.
@Suite(.database, .serialized) struct DemoCampaignTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func seed(_ settings: SeedDemo.Settings = .init()) async throws { try await SeedDemo(db.owner)(settings) }

    private func text(_ query: SQL) async throws -> [String] { try await db.owner.run(query).decode(String.self) }

    @Test func `publisher and buyer have roles that see their side alone`() async throws {
        try await seed()
        let roles = try await text(
            """
            select r.name || ': ' || string_agg(p.permission, ' ' order by p.permission)
              from auth.roles r
              join auth.role_permissions p on p.tenant_id = r.tenant_id and p.role_id = r.id
             where r.name in ('buyer', 'publisher') group by r.name order by r.name
            """)
        #expect(
            roles == ["buyer: billing:read recordings:read tracking:read", "publisher: payouts:read tracking:read"])
    }

    @Test func `the caller-ID pool shows active numbers of the campaign's account`() async throws {
        try await seed()
        let numbers = try await text(
            """
            select p.name || ' ' || d.number || ' ' || d.status
              from tracking.campaigns c
              join routing.caller_id_pools p on p.tenant_id = c.tenant_id and p.account_id = c.account_id
              join routing.caller_id_pool_numbers n on n.tenant_id = p.tenant_id and n.caller_id_pool_id = p.id
              join numbers.dids d on d.tenant_id = n.tenant_id and d.id = n.did_id
             order by d.number
            """)
        #expect(
            numbers == ["Chicago +13125550140 active", "Chicago +13125550141 active", "Chicago +13125550142 active"])
    }

    @Test func `the campaign takes calls, and its number, publisher and terms are those of its buyer`() async throws {
        try await seed()
        let campaign = try await text(
            """
            select concat_ws(', ', c.name, c.status, c.routing_mode, p.name, m.status, d.number, d.status)
              from tracking.campaigns c
              join tracking.campaign_publishers m on m.tenant_id = c.tenant_id and m.campaign_id = c.id
              join tracking.publishers p on p.tenant_id = m.tenant_id and p.id = m.publisher_id
              join tracking.number_assignments a
                on a.tenant_id = c.tenant_id and a.campaign_id = c.id and a.publisher_id = p.id
              join numbers.dids d on d.tenant_id = a.tenant_id and d.id = a.did_id
            """)
        #expect(campaign == ["Freight quotes, active, flow, Loadline Media, active, +18885550142, active"])
        let terms = try await text(
            """
            select concat_ws(' ', t.side, t.trigger, t.min_duration_s, t.amount, coalesce(p.name, b.name))
              from tracking.terms t
              join tracking.campaigns c on c.tenant_id = t.tenant_id and c.id = t.campaign_id
              left join tracking.publishers p on p.tenant_id = t.tenant_id and p.id = t.publisher_id
              left join tracking.buyers b on b.tenant_id = t.tenant_id and b.id = t.buyer_id
             order by t.side
            """)
        #expect(
            terms == [
                "payout conversion 24.00000000 Loadline Media", "revenue call_length 90 38.00000000 Prairie Haulage",
            ])
    }

    @Test func `a call of the campaign goes from the menu to the queue and on to the buyer's endpoints`() async throws {
        try await seed()
        // The shortest way from the entry to each node of the version that the campaign's flow serves.
        let ways = try await text(
            """
            with recursive served as (
                select v.tenant_id, v.id from tracking.campaigns c
                  join flows.flows f on f.tenant_id = c.tenant_id and f.id = c.flow_id
                  join flows.flow_versions v on v.tenant_id = f.tenant_id and v.id = f.published_version_id
                 where v.status = 'published'
            ), ways (id, way, steps) as (
                select n.id, n.kind::text, 0 from flows.nodes n
                  join served s on s.tenant_id = n.tenant_id and s.id = n.flow_version_id where n.kind = 'entry'
                union
                select n.id, w.way || ' ' || n.kind, w.steps + 1 from ways w
                  join served s on true
                  join flows.edges e
                    on e.tenant_id = s.tenant_id and e.flow_version_id = s.id and e.from_node_id = w.id
                  join flows.nodes n on n.tenant_id = e.tenant_id and n.id = e.to_node_id
                 where w.steps < 10
            )
            select w.way from ways w join flows.nodes n on n.id = w.id where n.kind = 'buyer_forward'
            """)
        #expect(ways == ["entry ivr_menu queue buyer_forward"])
        let rung = try await text(
            """
            select concat_ws(' ', m.priority, t.name, e.kind, coalesce(e.sip_uri, e.number), b.name)
              from flows.nodes n
              join tracking.target_group_members m
                on m.tenant_id = n.tenant_id and m.target_group_id = n.target_group_id
              join tracking.targets t on t.tenant_id = m.tenant_id and t.id = m.target_id
              join tracking.buyer_endpoints e on e.tenant_id = t.tenant_id and e.id = t.buyer_endpoint_id
              join tracking.buyers b on b.tenant_id = t.tenant_id and b.id = t.buyer_id
             order by m.priority
            """)
        #expect(
            rung == [
                "1 Prairie sales desk sip sip:quotes@sbc.prairiehaulage.example Prairie Haulage",
                "2 Prairie night line pstn +14025550170 Prairie Haulage",
            ])
    }

    @Test func `another version that was published stays served`() async throws {
        try await seed()
        let script: SQL =
            """
            insert into flows.flow_versions (tenant_id, account_id, flow_id, version, status)
            select tenant_id, account_id, id, 2, 'draft' from flows.flows;
            insert into flows.nodes (tenant_id, account_id, flow_version_id, name, kind)
            select v.tenant_id, v.account_id, v.id, k, k
              from flows.flow_versions v, unnest(array['entry', 'hangup']) k where v.version = 2;
            insert into flows.node_ports (tenant_id, account_id, flow_version_id, node_id, port, ends_call)
            select n.tenant_id, n.account_id, n.flow_version_id, n.id, 'next', false
              from flows.nodes n
              join flows.flow_versions v on v.id = n.flow_version_id and v.version = 2 where n.kind = 'entry';
            insert into flows.edges (tenant_id, account_id, flow_version_id, from_node_id, from_port, to_node_id)
            select p.tenant_id, p.account_id, p.flow_version_id, p.node_id, p.port, n.id
              from flows.node_ports p
              join flows.nodes n on n.flow_version_id = p.flow_version_id and n.kind = 'hangup'
              join flows.flow_versions v on v.id = n.flow_version_id and v.version = 2;
            select flows.publish_version(tenant_id, id) from flows.flow_versions where version = 2;
            """
        try await db.owner.lease { try await $0.runScript(script) }
        try await seed()
        let served: SQL =
            """
            select v.version::text from flows.flows f join flows.flow_versions v on v.id = f.published_version_id
            """
        #expect(try await text(served) == ["2"])
        try await db.owner.run(
            "select flows.publish_version(tenant_id, id) from flows.flow_versions where version = 1")
        #expect(try await text(served) == ["1"])
    }

    @Test func `each plan has one published rate card, and the business that sells it sends the invoices`() async throws
    {
        try await seed()
        let cards = try await text(
            """
            select concat_ws(' ', p.name, c.version, c.status, c.rate_count = (
                       select count(*) from billing.voice_rates r
                        where r.tenant_id = p.tenant_id and r.rate_plan_id = p.id))
              from billing.rate_cards c
              join billing.rate_plans p on p.tenant_id = c.tenant_id and p.id = c.rate_plan_id order by p.name
            """)
        #expect(cards == ["Retail 2026 1 published t", "Wholesale 2026 1 published t"])
        let profiles = try await text(
            """
            select e.legal_name || ' to ' || a.name from billing.billing_profiles p
              join billing.legal_entities e on e.tenant_id = p.tenant_id and e.id = p.legal_entity_id and e.is_default
              join accounts.accounts a on a.tenant_id = p.tenant_id and a.id = p.account_id order by a.name
            """)
        #expect(
            profiles == ["Tidewater Voice LLC to Cobalt Resale Partners", "Tidewater Voice LLC to Juniper Freight"])
    }

    @Test func `who asked not to be called is on the list that the campaign looks at`() async throws {
        try await seed()
        let answers = try await text(
            """
            select d.number || ' ' || d.is_listed from tracking.campaigns c,
                   compliance.check_dnc(c.tenant_id, c.account_id, '{+13125550180,+14145550182,+13125550199}') d
             where c.scrubs_dnc order by d.number
            """)
        #expect(answers == ["+13125550180 true", "+13125550199 false", "+14145550182 true"])
    }

    @Test func `there is a webhook where its secret can be sealed, and nowhere else`() async throws {
        try await seed()
        let webhooks: SQL =
            """
            select concat_ws(' ', w.name, w.status, w.secret_key_id, encode(w.secret_ciphertext, 'hex'), c.name)
              from integration.webhooks w
              join tracking.campaigns c on c.tenant_id = w.tenant_id and c.id = w.campaign_id
            """
        #expect(try await text(webhooks) == [])
        var settings = SeedDemo.Settings()
        settings.webhook = .init(keyID: "k1", secret: "aabb")
        try await seed(settings)
        #expect(try await text(webhooks) == ["Load board active k1 aabb Freight quotes"])
        // A new key seals it anew; without one it stays as it was.
        settings.webhook = .init(keyID: "k2", secret: "ccdd")
        try await seed(settings)
        try await seed()
        #expect(try await text(webhooks) == ["Load board active k2 ccdd Freight quotes"])
    }

    @Test func `call tracking is on for the campaign's account and for no other`() async throws {
        try await seed()
        let on = try await db.engine.run(
            """
            select a.name from accounts.accounts a
             where accounts.feature_enabled(a.tenant_id, a.id, 'call_tracking') order by a.name
            """
        ).decode(String.self)
        #expect(on == ["Juniper Freight"])
        #expect(try await text("select flag from accounts.feature_flags where rollout_percent < 100").count == 1)
    }
}
