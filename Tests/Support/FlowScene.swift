package import Foundation
package import Postgres

/// A call centre that looks like one: hours, a menu, a split, a group of two targets with a cap, a queue and a mailbox,
/// as a draft of an account of its own.
package struct FlowScene: Sendable {
    package let tenant: UUID
    package let account: UUID
    /// The draft, and its flow.
    package let version = UUID()
    package let flow = UUID()
    package let campaign = UUID()
    /// Open Monday to Friday from nine to five in New York, and on 25 November 2026 from ten to twelve.
    package let schedule = UUID()
    package let group = UUID()
    package let north = UUID()
    package let south = UUID()
    private let owner: Database

    /// - Parameter owner: of a database in which tenant and account are there.
    package static func make(_ owner: Database, tenant: UUID, account: UUID) async throws -> FlowScene {
        let scene = FlowScene(tenant: tenant, account: account, owner: owner)
        try await scene.run(scene.partners + scene.nodes)
        return scene
    }

    /// Puts the version into force.
    package func publish() async throws {
        try await owner.run("select flows.publish_version(\(tenant), \(version))")
    }

    /// Runs statements in which TENANT, OWNER and the names of the scene stand for their ids.
    package func run(_ script: String) async throws {
        var script = script
        for (name, id) in [
            ("TENANT", tenant), ("OWNER", account), ("VERSION", version), ("FLOW", flow), ("CAMPAIGN", campaign),
            ("SCHEDULE", schedule), ("GROUP_ID", group), ("NORTH", north), ("SOUTH", south),
        ] { script = script.replacing(name, with: "'\(id.uuidString)'::uuid") }
        try await owner.lease { [script] in try await $0.runScript(SQL(unescaped: script)) }
    }

    private let partners =
        """
        insert into tracking.schedules (tenant_id, id, account_id, name) values (TENANT, SCHEDULE, OWNER, 'office');
        insert into tracking.schedule_windows (tenant_id, account_id, schedule_id, weekday, opens_at, closes_at)
        select TENANT, OWNER, SCHEDULE, d, time '09:00', time '17:00' from generate_series(1, 5) d;
        insert into tracking.schedule_exceptions (tenant_id, account_id, schedule_id, day, opens_at, closes_at)
        values (TENANT, OWNER, SCHEDULE, '2026-11-25', '10:00', '12:00'),
               (TENANT, OWNER, SCHEDULE, '2026-11-26', null, null);
        insert into tracking.buyers (tenant_id, id, account_id, name, code)
        values (TENANT, NORTH, OWNER, 'North', 'n'), (TENANT, SOUTH, OWNER, 'South', 's');
        insert into tracking.buyer_endpoints (tenant_id, id, account_id, buyer_id, name, kind, number)
        select TENANT, b, OWNER, b, 'line', 'pstn', '+12125550190' from unnest(array[NORTH, SOUTH]) b;
        insert into tracking.targets (tenant_id, id, account_id, buyer_id, buyer_endpoint_id, name, filters)
        values (TENANT, NORTH, OWNER, NORTH, NORTH, 'North desk',
                '[{"tag": "caller_state", "operator": "any_of", "value": ["NY", "NJ"]}]'),
               (TENANT, SOUTH, OWNER, SOUTH, SOUTH, 'South desk', '[]');
        insert into tracking.target_groups (tenant_id, id, account_id, name) values (TENANT, GROUP_ID, OWNER, 'desks');
        insert into tracking.target_group_members (tenant_id, target_group_id, target_id, account_id, priority)
        values (TENANT, GROUP_ID, NORTH, OWNER, 1), (TENANT, GROUP_ID, SOUTH, OWNER, 2);
        insert into tracking.campaigns (tenant_id, id, account_id, name, code)
        values (TENANT, CAMPAIGN, OWNER, 'Roofs', 'roofs');
        """

    private let nodes =
        """
        insert into flows.flows (tenant_id, id, account_id, name) values (TENANT, FLOW, OWNER, 'Roofs');
        insert into flows.flow_versions (tenant_id, id, account_id, flow_id, version, variables)
        values (TENANT, VERSION, OWNER, FLOW, 1, '{"language": "en"}');
        insert into flows.nodes (tenant_id, account_id, flow_version_id, name, kind, config, schedule_id,
                                 target_group_id)
        values (TENANT, OWNER, VERSION, 'entry', 'entry', '{}', null, null),
               (TENANT, OWNER, VERSION, 'hours', 'schedule', '{}', SCHEDULE, null),
               (TENANT, OWNER, VERSION, 'menu', 'ivr_menu',
                '{"prompt": "Sales 1, service 2", "retries": 1, "timeout_s": 4}', null, null),
               (TENANT, OWNER, VERSION, 'split', 'splitter', '{"branches": [90, 10]}', null, null),
               (TENANT, OWNER, VERSION, 'tag', 'set_tags', '{"tags": {"offer": "new"}}', null, null),
               (TENANT, OWNER, VERSION, 'sales', 'buyer_forward', '{}', null, GROUP_ID),
               (TENANT, OWNER, VERSION, 'service', 'queue', '{"max_wait_s": 120, "queue": "service"}', null, null),
               (TENANT, OWNER, VERSION, 'mailbox', 'voicemail', '{"greeting": "Speak, {{caller}}"}', null, null),
               (TENANT, OWNER, VERSION, 'bye', 'hangup', '{}', null, null);
        insert into flows.node_ports (tenant_id, account_id, flow_version_id, node_id, port, ends_call)
        select TENANT, OWNER, VERSION, n.id, p.port, p.to_name is null
          from (values ('entry', 'next', 'hours'), ('hours', 'open', 'menu'), ('hours', 'closed', 'mailbox'),
                       ('menu', 'digit:1', 'split'), ('menu', 'digit:2', 'service'), ('menu', 'no_input', 'bye'),
                       ('menu', 'no_match', 'bye'), ('split', 'branch:1', 'sales'), ('split', 'branch:2', 'tag'),
                       ('tag', 'next', 'sales'), ('sales', 'completed', null), ('sales', 'no_answer', 'mailbox'),
                       ('sales', 'busy', 'mailbox'), ('sales', 'no_target', 'mailbox'), ('sales', 'capped', 'bye'),
                       ('service', 'connected', null), ('service', 'timeout', 'mailbox'),
                       ('mailbox', 'recorded', null), ('mailbox', 'no_audio', null)) as p (name, port, to_name)
          join flows.nodes n on n.tenant_id = TENANT and n.flow_version_id = VERSION and n.name = p.name;
        insert into flows.edges (tenant_id, account_id, flow_version_id, from_node_id, from_port, to_node_id)
        select TENANT, OWNER, VERSION, f.id, p.port, t.id
          from (values ('entry', 'next', 'hours'), ('hours', 'open', 'menu'), ('hours', 'closed', 'mailbox'),
                       ('menu', 'digit:1', 'split'), ('menu', 'digit:2', 'service'), ('menu', 'no_input', 'bye'),
                       ('menu', 'no_match', 'bye'), ('split', 'branch:1', 'sales'), ('split', 'branch:2', 'tag'),
                       ('tag', 'next', 'sales'), ('sales', 'no_answer', 'mailbox'), ('sales', 'busy', 'mailbox'),
                       ('sales', 'no_target', 'mailbox'), ('sales', 'capped', 'bye'),
                       ('service', 'timeout', 'mailbox')) as p (name, port, to_name)
          join flows.nodes f on f.tenant_id = TENANT and f.flow_version_id = VERSION and f.name = p.name
          join flows.nodes t on t.tenant_id = TENANT and t.flow_version_id = VERSION and t.name = p.to_name;
        """
}
