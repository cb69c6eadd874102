import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// Flows of the database, run by calls that are written down.
@Suite(.database) struct SimulateFlowTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func scene() async throws -> FlowScene {
        let (tenant, account) = (UUID(), UUID())
        let slug = "t" + tenant.uuidString.lowercased()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), \(slug), 'T')")
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (\(tenant), \(account), \(String(tenant.uuidString.prefix(8))), 'Test')
            """)
        return try await FlowScene.make(db.owner, tenant: tenant, account: account)
    }

    private func run(
        _ scene: FlowScene, as scope: RequestScope? = nil, at time: String = "2026-11-24T15:00:00Z",
        _ change: (inout SimulatedCall) -> Void = { _ in }
    ) async throws -> SimulateFlow.Simulation {
        var call = SimulatedCall()
        call.caller = "+12125550100"
        call.time = try Date(time, strategy: .iso8601)
        change(&call)
        let scope = scope ?? RequestScope(tenant: scene.tenant, actor: "test")
        return try await SimulateFlow(db.app)(call, scene.version, scope)
    }

    private func path(_ simulation: SimulateFlow.Simulation) -> String {
        let steps = simulation.result.steps.map { "\($0.node)>\($0.port ?? "")" }
        return (steps + [simulation.result.end.outcome.rawValue]).joined(separator: " ")
    }

    private func fault(_ body: () async throws -> Void) async -> ResourceFault? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ResourceFault
        }
    }

    @Test func `a draft is run as a published version is`() async throws {
        let scene = try await scene()
        for _ in 0..<2 {
            let sold = try await run(scene) { $0.digits = ["1"] }
            #expect(path(sold) == "entry>next hours>open menu>digit:1 split>branch:1 sales>completed connected")
            #expect(sold.result.steps.last?.candidates.map(\.name) == ["North desk"])
            let served = try await run(scene) { call in
                call.digits = ["7", "2"]
                call.answers = [SimulatedCall.Answer("timeout", node: "service")]
            }
            let waited = "menu>digit:2 service>timeout mailbox>recorded voicemail"
            #expect(path(served) == "entry>next hours>open \(waited)")
            #expect(
                served.result.steps.last?.actions.first
                    == .takeMessage(
                        greeting: "Speak, +12125550100", maximumSeconds: 120))
            #expect(path(try await run(scene)) == "entry>next hours>open menu>no_input bye> hung_up")
            try await scene.publish()
        }
    }

    @Test func `hours, days that are different and clocks that change are those of the model`() async throws {
        let scene = try await scene()
        let times = [
            "2026-11-24T13:59:59Z", "2026-11-24T14:00:00Z", "2026-11-24T22:00:00Z", "2026-11-25T14:30:00Z",
            "2026-11-25T15:00:00Z", "2026-11-25T17:00:00Z", "2026-11-26T16:00:00Z", "2026-11-28T16:00:00Z",
            "2026-03-06T13:30:00Z", "2026-03-09T13:00:00Z", "2026-03-09T12:59:59Z", "2026-10-30T13:00:00Z",
            "2026-11-02T13:00:00Z", "2026-11-02T14:00:00Z", "2026-10-30T20:59:59Z", "2026-11-02T21:30:00Z",
        ]
        for time in times {
            let model = try await db.engine.run(
                """
                select is_open from tracking.open_schedules(\(scene.tenant), \([scene.schedule]),
                                                            \(time)::text::timestamptz)
                """
            ).value(Bool.self)
            let step = try await run(scene, at: time).result.steps.first { $0.node == "hours" }
            #expect(step?.port == (model == true ? "open" : "closed"), "\(time)")
        }
    }

    @Test func `filters and caps are those on record`() async throws {
        let scene = try await scene()
        func story() async throws -> String {
            let simulation = try await run(scene) { call in
                call.digits = ["1"]
                call.caller = "+14155550142"
                call.campaign = scene.campaign
            }
            let forward = simulation.result.steps.first { $0.node == "sales" }
            let candidates =
                forward?.candidates.map { "\($0.name): \($0.reason?.rawValue ?? $0.outcome.rawValue)" } ?? []
            return (candidates + [forward?.port ?? ""]).joined(separator: ", ")
        }
        #expect(try await story() == "North desk: geo_filter, South desk: connected, completed")
        try await scene.run(
            """
            insert into tracking.caps (tenant_id, id, account_id, campaign_id, target_id, measure, period, max_value)
            values (TENANT, SOUTH, OWNER, CAMPAIGN, SOUTH, 'attempts', 'day', 1);
            """)
        #expect(try await story() == "North desk: geo_filter, South desk: connected, completed")
        try await scene.run(
            """
            insert into tracking.cap_usage (tenant_id, cap_id, period_from, account_id, used)
            values (TENANT, SOUTH, '2026-11-24 05:00+00', OWNER, 1);
            """)
        #expect(try await story() == "North desk: geo_filter, South desk: cap_daily, no_target")
        try await scene.run(
            """
            update tracking.targets set filters = '[]' where tenant_id = TENANT and id = NORTH;
            insert into tracking.caps (tenant_id, account_id, buyer_id, measure, period, max_value)
            values (TENANT, OWNER, NORTH, 'live', 'now', 0);
            """)
        #expect(try await story() == "North desk: concurrency, South desk: cap_daily, capped")
    }

    @Test func `who was connected before is not sent to the same buyer again`() async throws {
        let scene = try await scene()
        try await scene.run(
            """
            update tracking.buyers set duplicate_restriction = 'by_buyer', restriction_s = 86400
             where tenant_id = TENANT and id = NORTH;
            insert into tracking.calls (tenant_id, started_at, id, account_id, campaign_id, buyer_id, target_id, status,
                                        caller_id, target_name, call_connected_timestamp, call_complete_timestamp,
                                        duration_ms, connected_duration_ms, no_conversion_reason, no_payout_reason)
            values (TENANT, '2026-11-23 16:00+00', NORTH, OWNER, CAMPAIGN, NORTH, NORTH, 'completed', '+12125550100',
                    'North desk', '2026-11-23 16:00:10+00', '2026-11-23 16:02:00+00', 120000, 110000, 'below_length',
                    'no_publisher');
            """)
        func call(at time: String, in campaign: UUID?) async throws -> SimulateFlow.Simulation {
            try await run(scene, at: time) { call in
                call.digits = ["1"]
                call.campaign = campaign
            }
        }
        let soon = try await call(at: "2026-11-24T15:00:00Z", in: scene.campaign)
        #expect(soon.result.steps.last?.candidates.map(\.reason) == [.duplicateRestricted, nil])
        #expect(soon.result.state.names.facts["is_repeat"] == "true")
        #expect(soon.result.state.names.facts["previous_target"] == "North desk")
        let late = try await call(at: "2026-11-24T17:00:00Z", in: scene.campaign)
        #expect(late.result.steps.last?.candidates.map(\.name) == ["North desk"])
        #expect(try await call(at: "2026-11-24T15:00:00Z", in: nil).result.state.names.facts["is_repeat"] == "false")
    }

    @Test func `a flow that is run is read in the version that is served`() async throws {
        let scene = try await scene()
        try await scene.publish()
        let (flow, version) = (UUID(), UUID())
        try await scene.run(
            """
            insert into flows.flows (tenant_id, id, account_id, name) values (TENANT, '\(flow)', OWNER, 'Outer');
            insert into flows.flow_versions (tenant_id, id, account_id, flow_id, version)
            values (TENANT, '\(version)', OWNER, '\(flow)', 1);
            insert into flows.nodes (tenant_id, account_id, flow_version_id, name, kind, config, subflow_id)
            values (TENANT, OWNER, '\(version)', 'entry', 'entry', '{}', null),
                   (TENANT, OWNER, '\(version)', 'roofs', 'subflow', '{}', FLOW),
                   (TENANT, OWNER, '\(version)', 'odd', 'gather', '{"prompt": "x"}', null);
            insert into flows.node_ports (tenant_id, account_id, flow_version_id, node_id, port, ends_call)
            select TENANT, OWNER, '\(version)', n.id, case n.name when 'entry' then 'next' else 'completed' end, false
              from flows.nodes n where n.tenant_id = TENANT and n.flow_version_id = '\(version)' and n.name <> 'odd';
            insert into flows.edges (tenant_id, account_id, flow_version_id, from_node_id, from_port, to_node_id)
            select TENANT, OWNER, '\(version)', f.id, p.port, t.id
              from (values ('entry', 'next', 'roofs'), ('roofs', 'completed', 'odd')) p (name, port, to_name)
              join flows.nodes f on f.tenant_id = TENANT and f.flow_version_id = '\(version)' and f.name = p.name
              join flows.nodes t on t.tenant_id = TENANT and t.flow_version_id = '\(version)' and t.name = p.to_name;
            """)
        let scope = RequestScope(tenant: scene.tenant, actor: "test")
        var call = SimulatedCall()
        call.time = try Date("2026-11-28T16:00:00Z", strategy: .iso8601)
        let simulation = try await SimulateFlow(db.app)(call, version, scope)
        let inner = "roofs> entry>next hours>closed mailbox>recorded"
        #expect(path(simulation) == "entry>next \(inner) roofs>completed odd> not_configured")
        #expect(simulation.result.end.reason == "variable is missing")
    }

    @Test func `what is JSON and cannot be read is a fault of the flow`() async throws {
        let scene = try await scene()
        try await scene.run(
            """
            update flows.nodes set config = '{"prompt": "x", "timeout_s": 1e500}'
             where tenant_id = TENANT and name = 'menu';
            update flows.flow_versions set variables = '{"n": 1e500}' where tenant_id = TENANT and id = VERSION;
            update flows.edges set condition = '{"all": [{"variable": "n", "value": 1e500}]}'
             where tenant_id = TENANT and from_port = 'timeout';
            """)
        let simulation = try await run(scene)
        #expect(path(simulation) == "entry>next hours>open menu> not_configured")
        #expect(simulation.result.end.reason.hasPrefix("config: it cannot be read as JSON"))
        let faults = simulation.world.flows[scene.version]?.faults ?? []
        #expect(faults.map(\.node) == [nil, nil, "menu"], "\(faults)")
        #expect(faults.contains { $0.reason.hasPrefix("the variables: it cannot be read") }, "\(faults)")
        #expect(faults.contains { $0.reason.hasPrefix("the condition of an edge: it cannot be read") }, "\(faults)")
    }

    @Test func `a flow that is too large to be read is refused`() async throws {
        let scene = try await scene()
        func add(_ count: Int, _ name: String) async throws {
            try await scene.run(
                """
                insert into flows.nodes (tenant_id, account_id, flow_version_id, name, kind, config)
                select TENANT, OWNER, VERSION, '\(name)' || i, 'play', jsonb_build_object('prompt', repeat('x', 65000))
                  from generate_series(1, \(count)) i;
                """)
        }
        try await add(63, "more")
        #expect(await fault { _ = try await run(scene) } == nil)
        try await add(2, "last")
        let bytes = await fault { _ = try await run(scene) }
        #expect(bytes?.kind == .refused && bytes?.description.hasSuffix("have more than 4194304 bytes") == true)
    }

    @Test func `a plan that is too large to be read is refused`() async throws {
        let scene = try await scene()
        try await scene.run(
            """
            insert into tracking.targets (tenant_id, account_id, buyer_id, buyer_endpoint_id, name)
            select TENANT, OWNER, NORTH, NORTH, 'desk ' || i from generate_series(1, 2001) i;
            insert into tracking.campaign_routes (tenant_id, account_id, campaign_id, target_id)
            select TENANT, OWNER, CAMPAIGN, t.id from tracking.targets t
             where t.tenant_id = TENANT and t.name like 'desk %';
            """)
        let routes = await fault { _ = try await run(scene) { $0.campaign = scene.campaign } }
        #expect(routes?.kind == .refused)
        #expect(routes?.description == "more than 2000 routes are in the campaign's plan")
    }

    @Test func `a call that takes too much is refused, and the bound is named`() async throws {
        let scene = try await scene()
        // Each has a hundred tags, and the last leads to the first.
        try await scene.run(
            """
            update flows.flow_versions set max_steps = 10000, max_visits = 100
             where tenant_id = TENANT and id = VERSION;
            insert into flows.nodes (tenant_id, account_id, flow_version_id, name, kind, config)
            select TENANT, OWNER, VERSION, 'more' || i, 'set_tags',
                   jsonb_build_object('tags', (select jsonb_object_agg('t' || t, repeat('x', 500))
                                                 from generate_series(1, 100) t))
              from generate_series(0, 9) i;
            insert into flows.node_ports (tenant_id, account_id, flow_version_id, node_id, port)
            select TENANT, OWNER, VERSION, n.id, 'next' from flows.nodes n
             where n.tenant_id = TENANT and n.name like 'more%';
            insert into flows.edges (tenant_id, account_id, flow_version_id, from_node_id, from_port, to_node_id)
            select TENANT, OWNER, VERSION, f.id, 'next', t.id
              from generate_series(0, 9) i
              join flows.nodes f on f.tenant_id = TENANT and f.name = 'more' || i
              join flows.nodes t on t.tenant_id = TENANT and t.name = 'more' || (i + 1) % 10;
            update flows.edges e set to_node_id = n.id from flows.nodes n
             where e.tenant_id = TENANT and n.tenant_id = TENANT and n.name = 'more0'
               and e.from_node_id = (select id from flows.nodes where tenant_id = TENANT and name = 'entry');
            """)
        let refused = await fault { _ = try await run(scene) }
        #expect(refused?.kind == .refused)
        #expect(refused?.description == "the call takes more than 8388608 bytes of texts")
        // What is not too much to run may be too much to answer.
        try await scene.run(
            "update flows.flow_versions set max_visits = 10 where tenant_id = TENANT and id = VERSION;")
        let long = try await run(scene)
        #expect(long.result.end.outcome == .tooManyVisits)
        let answer = await fault { _ = try JSONWriter.object { try long.write(to: &$0) } }
        #expect(answer?.description == "the answer has more than 4194304 bytes")
    }

    @Test func `another operator and another account see nothing`() async throws {
        let (scene, other) = (try await scene(), try await scene())
        let strangers = [
            RequestScope(tenant: other.tenant, actor: "test"),
            RequestScope(tenant: scene.tenant, account: UUID(), actor: "test"),
        ]
        for stranger in strangers {
            let found = await fault { _ = try await run(scene, as: stranger) }
            #expect(found?.kind == .notFound)
        }
        let mine = RequestScope(tenant: scene.tenant, account: scene.account, actor: "test")
        #expect(try await run(scene, as: mine).result.end.outcome == .hungUp)
        let foreign = await fault { _ = try await run(scene) { $0.campaign = other.campaign } }
        #expect(foreign?.values.map(\.name) == ["campaign_id"])
    }

    @Test func `what is wrong is named, all of it`() async throws {
        let scene = try await scene()
        let first = await fault {
            _ = try await run(scene, at: "1999-12-31T23:59:59Z") { call in
                call.digits = ["1", "", "#*0", "12a"]
                call.called = "12125550100"
            }
        }
        #expect(first?.values.map(\.name) == ["time", "called", "digits[3]"])
        #expect(first?.values.last?.pointer == "/digits/3")
        let second = await fault {
            _ = try await run(scene) { call in
                call.answers = [
                    SimulatedCall.Answer("busy", target: "North desk"), SimulatedCall.Answer("busy", target: "Nobody"),
                    SimulatedCall.Answer("busy", node: "service"), SimulatedCall.Answer("done", node: "nothing"),
                    SimulatedCall.Answer("done", node: "menu"), SimulatedCall.Answer("done"),
                ]
                call.answers[0].bid = "dear"
                call.hangsUpAt = "nowhere"
            }
        }
        #expect(
            second?.values.map(\.name) == [
                "answers[0].bid", "answers[1].target", "answers[2].outcome", "answers[3].node", "answers[4].node",
                "answers[5]", "hangs_up_at",
            ])
    }
}
