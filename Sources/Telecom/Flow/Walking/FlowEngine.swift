package import struct FoundationEssentials.UUID

/// Runs calls through flows. It decides and does nothing itself: whoever has the call tells it what happened, and gets
/// what is to be done next.
///
/// A step of it always ends: a flow has at most so many steps in a call and visits of one node, flows run in flows to a
/// depth of `deepest`, and a call is sent to each target of a node once. What it makes meanwhile has the bounds of
/// `FlowBudget`.
package struct FlowEngine: Sendable {
    package let world: FlowWorld
    /// In how many flows a flow may run.
    package static let deepest = 8

    package init(_ world: FlowWorld) { self.world = world }

    /// What came of an event.
    package struct Turn: Sendable {
        package let state: FlowState
        package let actions: [FlowAction]
        /// The nodes that the call has left.
        package let steps: [FlowStep]
    }

    /// A call as it comes in.
    /// - Parameter version: which of the world's flows it runs.
    package func start(_ call: FlowCall, version: UUID) -> FlowState {
        var state = FlowState(call, version: version)
        state.names.facts = call.facts(in: world)
        state.names.tags = call.tags.mapValues { $0.cut(to: FlowNames.longestValue) }
        let variables = (world.flows[version]?.variables ?? [:]).merging(call.variables) { _, given in given }
        state.names.variables = variables.mapValues { $0.cut(to: FlowNames.longestValue) }
        return state
    }

    /// - Parameter microseconds: the time of the event, since 1970.
    /// - Returns: the same state and no actions for an event that the call does not wait for.
    package func step(_ state: FlowState, _ event: FlowEvent, at microseconds: Int64) -> Turn {
        var walk = FlowWalk(world: world, now: microseconds, state: state)
        walk.take(event)
        return Turn(state: walk.state, actions: walk.actions, steps: walk.steps)
    }

    /// The node that a call is at.
    package func node(of state: FlowState) -> Flow.Node? {
        guard let frame = state.frames.last, let flow = world.flows[frame.version] else { return nil }
        return flow.nodes.indices.contains(frame.node) ? flow.nodes[frame.node] : nil
    }
}
