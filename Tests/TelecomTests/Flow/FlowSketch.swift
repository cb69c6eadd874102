import Telecom

import struct FoundationEssentials.UUID

/// A node that a test draws: where its ports lead by name, `!` for the end of the call. A port may lead to several
/// nodes by what a tag says: `a if x | b`.
struct Sketched: Sendable {
    let name: String
    let kind: FlowKind
    let work: FlowWork
    let ports: KeyValuePairs<String, String>

    init(_ name: String, _ kind: FlowKind, _ work: FlowWork, _ ports: KeyValuePairs<String, String> = [:]) {
        self.name = name
        self.kind = kind
        self.work = work
        self.ports = ports
    }

    /// Of the tag `t`.
    static func when(_ value: String) -> FlowCondition {
        FlowCondition(.all, [FlowComparison(.tag, "t", .equalTo, [value])].compactMap(\.self))
    }
}

/// A flow of a test, and the world around it.
struct FlowSketch {
    var world = FlowWorld()
    var call = FlowCall()
    var script = FlowScript()
    /// In microseconds since 1970: Thursday, 26 November 2026, 15:00 UTC.
    var now: Int64 = 1_795_705_200_000_000
    static let version = uuid(9_000)
    static let flow = uuid(9_001)

    init(_ nodes: [Sketched], steps: Int = 500, visits: Int = 10, variables: [String: String] = [:]) {
        world.flows[Self.version] = Self.draw("main", nodes, steps: steps, visits: visits, variables: variables)
        world.served[Self.flow] = Self.version
        world.areaCodes = testAreaCodes
        call.caller = number("+12125550100")
        call.called = number("+14155550142")
    }

    /// An entry that leads to the first of the nodes, and they.
    static func draw(
        _ name: String, _ nodes: [Sketched], steps: Int = 500, visits: Int = 10, variables: [String: String] = [:]
    ) -> Flow {
        let entry = Sketched("entry", .entry, .entry, ["next": nodes.first?.name ?? "!"])
        let all = nodes.contains { $0.kind == .entry } ? nodes : [entry] + nodes
        let ids = Dictionary(
            all.enumerated().map { ($0.element.name, uuid($0.offset + 1)) }, uniquingKeysWith: { first, _ in first })
        var rows = FlowRows()
        for node in all {
            guard let id = ids[node.name] else { continue }
            rows.nodes.append(FlowRows.Node(id: id, node.name, node.kind, node.work))
            for (port, ways) in node.ports {
                rows.ports.append(FlowRows.Port(of: id, port, endsCall: ways.hasSuffix("!")))
                for (priority, way) in ways.split(separator: "|").enumerated() {
                    let words = way.split(separator: " ").map(String.init)
                    guard let to = words.first.flatMap({ ids[$0] }) else { continue }
                    rows.edges.append(
                        FlowRows.Edge(
                            from: id, port, to: to, priority: priority + 1,
                            condition: words.count == 3 ? Sketched.when(words[2]) : nil))
                }
            }
        }
        return Flow(name, rows, variables: variables, maximumSteps: steps, maximumVisits: visits)
    }

    /// Adds a target, active and of a buyer of its own.
    @discardableResult
    mutating func target(_ id: Int, _ change: (inout FlowTarget) -> Void = { _ in }) -> UUID {
        var target = FlowTarget(id: uuid(id), name: "t\(id)", buyer: uuid(id + 500))
        change(&target)
        world.targets[target.id] = target
        return target.id
    }

    /// Adds a group of targets.
    mutating func group(
        _ members: [FlowGroup.Member], _ change: (inout FlowGroup) -> Void = { _ in }
    ) -> UUID {
        var group = FlowGroup(id: uuid(800), name: "group")
        group.members = members
        change(&group)
        world.groups[group.id] = group
        return group.id
    }

    func run() -> FlowSimulation.Result {
        FlowSimulation.run(call, version: Self.version, in: world, script, at: now)
    }

    /// Each step as `node>port`, and how it ends.
    func path() -> String {
        let result = run()
        let steps = result.steps.dropFirst().map { "\($0.node)>\($0.port ?? "")" }
        return (steps + [result.end.outcome.rawValue]).joined(separator: " ")
    }
}

/// An answer of a node or a target.
func reply(
    _ outcome: FlowScript.Answer.Outcome, of node: String? = nil, by target: Int? = nil,
    _ change: (inout FlowScript.Answer) -> Void = { _ in }
) -> FlowScript.Answer {
    var answer = FlowScript.Answer(outcome, node: node, target: target.map { uuid($0) })
    change(&answer)
    return answer
}
