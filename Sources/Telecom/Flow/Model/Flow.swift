/// A version of a flow, ready to run: its nodes by position, and each port with the positions that it leads to.
package struct Flow: Sendable {
    /// What runs out of a port.
    package struct Port: Sendable, Hashable {
        /// Whether the call ends there on purpose.
        package let endsCall: Bool
        /// In the order that they are tried.
        package fileprivate(set) var edges: [Edge] = []
    }

    /// A way to a node.
    package struct Edge: Sendable, Hashable {
        package let node: Int
        /// nil for always.
        package let condition: FlowCondition?
    }

    /// A step of the flow.
    package struct Node: Sendable {
        package let name: String
        package let kind: FlowKind
        package let work: FlowWork
        package fileprivate(set) var ports: [String: Port] = [:]
    }

    /// Why something of it cannot run.
    package struct Fault: Sendable, Hashable {
        /// nil for the flow as a whole.
        package let node: String?
        package let reason: String
    }

    package let name: String
    package let nodes: [Node]
    /// Where calls come in.
    package let entry: Int?
    package let maximumSteps: Int
    package let maximumVisits: Int
    /// With their first values.
    package let variables: [String: String]
    /// A call may run a version that has some, and ends where it comes to one.
    package let faults: [Fault]

    package static let stepRange = 1...10_000
    package static let visitRange = 1...100

    /// - Parameter rows: as they are in the database; what leads nowhere is left out, and told as a fault.
    package init(
        _ name: String, _ rows: FlowRows, variables: [String: String] = [:], maximumSteps: Int = 500,
        maximumVisits: Int = 10
    ) {
        var nodes = rows.nodes.map { Node(name: $0.name, kind: $0.kind, work: $0.work) }
        var faults = rows.faults
        for node in nodes {
            if case .unfinished(let reason) = node.work { faults.append(Fault(node: node.name, reason: reason)) }
        }
        let positions = Dictionary(
            rows.nodes.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        for row in rows.ports {
            guard let position = positions[row.node] else { continue }
            nodes[position].ports[row.port] = Port(endsCall: row.endsCall)
        }
        for row in rows.edges.sorted(by: { $0.priority < $1.priority }) {
            guard let from = positions[row.from], let to = positions[row.to], nodes[from].ports[row.port] != nil else {
                faults.append(Fault(node: nil, reason: "an edge of the port \(row.port) leads nowhere"))
                continue
            }
            nodes[from].ports[row.port]?.edges.append(Edge(node: to, condition: row.condition))
        }
        entry = nodes.firstIndex { $0.kind == .entry }
        if entry == nil { faults.append(Fault(node: nil, reason: "there is no entry")) }
        self.name = name
        self.nodes = nodes
        self.faults = faults
        self.variables = variables
        self.maximumSteps = min(max(maximumSteps, Self.stepRange.lowerBound), Self.stepRange.upperBound)
        self.maximumVisits = min(max(maximumVisits, Self.visitRange.lowerBound), Self.visitRange.upperBound)
    }
}
