package import struct FoundationEssentials.UUID

/// Where a call is in its flow: a value, so that it can be kept, compared and gone on with elsewhere.
package struct FlowState: Sendable, Hashable {
    /// A flow that runs, and the node that it is at.
    struct Frame: Sendable, Hashable {
        let version: UUID
        var node: Int
    }

    /// What belongs to the node that the call is at.
    struct Stay: Sendable, Hashable {
        var actions: [FlowAction] = []
        var candidates: [FlowCandidate] = []
        /// How often the caller was asked.
        var attempts = 0
        var forwarding: FlowForwarding?
        /// How the call has ended if the flow ends here.
        var outcome = FlowEnd.Outcome.ended
    }

    package let call: FlowCall
    package internal(set) var names = FlowNames()
    /// nil while it goes on.
    package internal(set) var end: FlowEnd?
    /// The last target that answered.
    package internal(set) var connectedTarget: UUID?
    /// The outermost first.
    var frames: [Frame]
    var stay: Stay?
    var hasBegun = false
    var stepCount = 0
    var visits: [Frame: Int] = [:]
    /// How many targets were rung.
    var ringCount = 0
    var recording = Recording.off
    var budget = FlowBudget()
    var draw: FlowDraw

    enum Recording: Sendable, Hashable {
        case off, on, paused
    }

    init(_ call: FlowCall, version: UUID) {
        self.call = call
        frames = [Frame(version: version, node: 0)]
        draw = FlowDraw(seed: call.seed)
    }
}

/// Targets that a node still has to try.
struct FlowForwarding: Sendable, Hashable {
    /// One place in the order.
    enum Place: Sendable, Hashable {
        case target(UUID, group: UUID?, bid: Money?)
        /// All ring at once.
        case together([UUID], group: UUID?)
        /// All are asked, the best bid has it.
        case auction([UUID], group: UUID?)
    }

    /// The last one is tried next.
    var places: [Place] = []
    /// Who is being asked for a bid, for which place.
    var asking: Place?
    var ringing: [UUID] = []
    var tried: Set<UUID> = []
    var refusals: [FlowIneligible] = []
    /// The port of what the last one that rang came to.
    var lastPort: String?
}
