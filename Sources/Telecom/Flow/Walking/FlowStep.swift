/// A node that a call went through: what it did there, and why it left as it did.
package struct FlowStep: Sendable, Hashable {
    package let flow: String
    /// In how many flows the flow runs.
    package let depth: Int
    package let node: String
    package let kind: FlowKind
    /// nil where the call ended in the node, or went on in another flow.
    package let port: String?
    package let reason: String
    package let actions: [FlowAction]
    /// Of a node that forwards: every target, in the order that they were thought of.
    package let candidates: [FlowCandidate]
}

/// How a call left its flow.
package struct FlowEnd: Sendable, Hashable {
    /// The raw value is shown.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case connected, transferred, voicemail, agent
        /// At a hangup node.
        case hungUp = "hung_up"
        /// The flow ends there on purpose.
        case ended
        case callerHungUp = "caller_hung_up"
        case tooManySteps = "too_many_steps"
        case tooManyVisits = "too_many_visits"
        /// It takes more of the engine than a call may: `FlowBudget`.
        case tooMuch = "too_much"
        case missingPort = "missing_port"
        case missingEdge = "missing_edge"
        /// The node's settings are not complete, or what it points at is not there.
        case notConfigured = "not_configured"
    }

    package let outcome: Outcome
    package let reason: String
}
