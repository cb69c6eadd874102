import Foundation
import Postgres
import Telecom

/// A version of a flow as it is read: whose it is, and the flows that it runs.
struct ReadVersion {
    let id: UUID
    let account: UUID
    let flow: UUID
    let name: String
    let number: Int
    let status: String
}

/// Reads a version of a flow, the versions that it runs as subflows, and what their nodes point at, as whoever asks may
/// see them: in a dozen statements, however large the flow is.
struct ReadFlow {
    let scope: RequestScope
    let session: Connection

    private static let mostVersions = 100
    private static let mostNodes = 20_000
    /// Of ports, and of edges.
    private static let mostWays = 100_000

    /// - Throws: `ResourceFault` when there is no such version, or `PostgresError`.
    func callAsFunction(_ version: UUID) async throws -> (version: ReadVersion, world: FlowWorld) {
        let versions = try FlowReadBounds.rows(
            try await session.run(Self.reached(from: version, scope)), Self.mostVersions,
            "flows are run by the flow and those that it runs")
        var found: ReadVersion?
        var world = FlowWorld()
        for row in versions {
            guard try row.column(0, as: UUID.self) == version else { continue }
            found = ReadVersion(
                id: version, account: try row.column(1), flow: try row.column(2), name: try row.column(3),
                number: try row.column(4), status: try row.column(5))
        }
        guard let found else { throw ResourceFault(.notFound, "there is no version \(version.text) of a flow") }
        var rows = try await parts(of: versions.map { try $0.column(0, as: UUID.self) })
        for row in versions {
            let id = try row.column(0, as: UUID.self)
            let variables = try variables(row, &rows[id, default: FlowRows()])
            world.flows[id] = Flow(
                try row.column(3), rows[id] ?? FlowRows(), variables: variables, maximumSteps: try row.column(7),
                maximumVisits: try row.column(8))
            let flow = try row.column(2, as: UUID.self)
            if try row.column(9, as: Bool.self) { world.served[flow] = id }
        }
        return (found, world)
    }

    private func variables(_ row: Row, _ rows: inout FlowRows) throws -> [String: String] {
        let text = try row.column(6, as: String.self)
        do throws(FlowSettings.Fault) {
            return try FlowSettings(value: ["variables": try FlowSettings(reading: text).value]).pairs("variables")
        } catch {
            rows.add(fault: "the variables: \(error.reason)", of: nil)
            return [:]
        }
    }

    /// The version and those that are served of the flows that it runs, as deep as the engine goes.
    private static func reached(from version: UUID, _ scope: RequestScope) -> SQL {
        """
        with recursive reached (version_id, depth) as (
            select \(version)::uuid, 0
             union
            select f.published_version_id, r.depth + 1
              from reached r
              join flows.nodes n on n.tenant_id = \(scope.tenant) and n.flow_version_id = r.version_id
              join flows.flows f on f.tenant_id = \(scope.tenant) and f.id = n.subflow_id
             where f.published_version_id is not null and r.depth < \(FlowEngine.deepest)
        )
        select v.id, v.account_id, v.flow_id, f.name, v.version::int8, v.status::text, v.variables::text,
               v.max_steps::int8, v.max_visits::int8, f.published_version_id is not distinct from v.id
          from (select distinct version_id from reached) r
          join flows.flow_versions v on v.tenant_id = \(scope.tenant) and v.id = r.version_id
          join flows.flows f on f.tenant_id = \(scope.tenant) and f.id = v.flow_id
         order by v.id limit \(mostVersions + 1)
        """
    }

    private func parts(of versions: [UUID]) async throws -> [UUID: FlowRows] {
        let tenant = scope.tenant
        try FlowReadBounds.bytes(
            try await session.run(
                """
                select coalesce(sum(bytes), 0)::int8
                  from (select octet_length(config::text) as bytes from flows.nodes
                         where tenant_id = \(tenant) and flow_version_id = any (\(versions))
                         union all
                        select octet_length(condition::text) from flows.edges
                         where tenant_id = \(tenant) and flow_version_id = any (\(versions))) as written
                """), "settings and conditions of the flow and those that it runs")
        let found = try await session.run([
            """
            select flow_version_id, id, name, kind::text, config::text, schedule_id, target_id, target_group_id,
                   subflow_id
              from flows.nodes where tenant_id = \(tenant) and flow_version_id = any (\(versions))
             order by flow_version_id, name limit \(Self.mostNodes + 1)
            """,
            """
            select flow_version_id, node_id, port::text, ends_call
              from flows.node_ports where tenant_id = \(tenant) and flow_version_id = any (\(versions))
             limit \(Self.mostWays + 1)
            """,
            """
            select flow_version_id, from_node_id, from_port::text, to_node_id, priority::int8, condition::text
              from flows.edges where tenant_id = \(tenant) and flow_version_id = any (\(versions))
             order by priority, id limit \(Self.mostWays + 1)
            """,
        ])
        var rows: [UUID: FlowRows] = [:]
        for row in try FlowReadBounds.rows(found[0], Self.mostNodes, "nodes are in the flow and those that it runs") {
            let version = try row.column(0, as: UUID.self)
            rows[version, default: FlowRows()].nodes.append(try node(row))
        }
        for row in try FlowReadBounds.rows(found[1], Self.mostWays, "ports are in the flow and those that it runs") {
            let version = try row.column(0, as: UUID.self)
            let port = FlowRows.Port(of: try row.column(1), try row.column(2), endsCall: try row.column(3))
            rows[version, default: FlowRows()].ports.append(port)
        }
        for row in try FlowReadBounds.rows(found[2], Self.mostWays, "edges are in the flow and those that it runs") {
            let version = try row.column(0, as: UUID.self)
            try add(edge: row, to: &rows[version, default: FlowRows()])
        }
        return rows
    }

    private func node(_ row: Row) throws -> FlowRows.Node {
        let kind = FlowKind(rawValue: try row.column(3))
        let work = try kind.map { try Self.work($0, row) } ?? .unfinished("nothing is known of its kind")
        return FlowRows.Node(id: try row.column(1), try row.column(2), kind ?? .hangup, work)
    }

    private static func work(_ kind: FlowKind, _ row: Row) throws -> FlowWork {
        let text = try row.column(4, as: String.self)
        let settings: FlowSettings
        do throws(FlowSettings.Fault) {
            settings = try FlowSettings(reading: text)
        } catch {
            return .unfinished("config: \(error.reason)")
        }
        return FlowNodeReader(
            kind: kind, settings: settings, schedule: try row.column(5), target: try row.column(6),
            group: try row.column(7), subflow: try row.column(8)
        ).read()
    }

    /// An edge whose condition cannot be read is never taken.
    private func add(edge row: Row, to rows: inout FlowRows) throws {
        var condition: FlowCondition?
        if let text = try row.column(5, as: String?.self) {
            do throws(FlowSettings.Fault) {
                condition = try FlowConditions.condition(try FlowSettings(reading: text).value)
            } catch {
                condition = FlowCondition(.any, [])
                rows.add(fault: "the condition of an edge: \(error.reason)", of: nil)
            }
        }
        rows.edges.append(
            FlowRows.Edge(
                from: try row.column(1), try row.column(2), to: try row.column(3), priority: try row.column(4),
                condition: condition))
    }
}
