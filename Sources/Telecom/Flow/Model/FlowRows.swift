package import struct FoundationEssentials.UUID

/// What a flow is made of, as it is in the database.
package struct FlowRows: Sendable {
    /// A row of `flows.nodes`.
    package struct Node: Sendable {
        package let id: UUID
        package let name: String
        package let kind: FlowKind
        package let work: FlowWork

        package init(id: UUID, _ name: String, _ kind: FlowKind, _ work: FlowWork) {
            self.id = id
            self.name = name
            self.kind = kind
            self.work = work
        }
    }

    /// A row of `flows.node_ports`.
    package struct Port: Sendable {
        package let node: UUID
        package let port: String
        package let endsCall: Bool

        package init(of node: UUID, _ port: String, endsCall: Bool = false) {
            self.node = node
            self.port = port
            self.endsCall = endsCall
        }
    }

    /// A row of `flows.edges`.
    package struct Edge: Sendable {
        package let from: UUID
        package let port: String
        package let to: UUID
        package let priority: Int
        package let condition: FlowCondition?

        package init(
            from: UUID, _ port: String, to: UUID, priority: Int = 1, condition: FlowCondition? = nil
        ) {
            self.from = from
            self.port = port
            self.to = to
            self.priority = priority
            self.condition = condition
        }
    }

    package var nodes: [Node] = []
    package var ports: [Port] = []
    package var edges: [Edge] = []
    /// What could not be read.
    package var faults: [Flow.Fault] = []

    package init() {}

    /// Notes something that could not be read.
    package mutating func add(fault reason: String, of node: String?) {
        faults.append(Flow.Fault(node: node, reason: reason))
    }
}
