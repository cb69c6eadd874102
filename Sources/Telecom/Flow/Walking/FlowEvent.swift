package import struct FoundationEssentials.UUID

/// What has happened to a call, as its flow is told.
package enum FlowEvent: Sendable, Hashable {
    /// It came in.
    case began
    /// What was to be done is done.
    case done
    /// It could not be.
    case failed
    /// What the caller entered, in digits, `*` and `#`; nothing when the time was over.
    case pressed(String)
    case rang(FlowRinging)
    /// What targets bid; one that is not among them did not answer.
    case bid([UUID: FlowBid])
    case waited(FlowWaiting)
    /// What another system answered, by variable.
    case answered(FlowReply, [String: String])
    /// By which check a call is refused; nil when it passed all.
    case checked(refusedBy: String?)
    /// A message of so many seconds was left.
    case recorded(seconds: Int)
    /// The caller is gone.
    case hungUp
}

/// What came of ringing: of all that rang, where several did.
package struct FlowRinging: Sendable, Hashable {
    /// Why nobody has the call, or who has.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case answered
        /// A machine took it.
        case machine
        case noAnswer = "no_answer"
        case busy, failed
        /// It did not press the key by which calls are accepted.
        case rejected
        /// There was no room under a cap any more.
        case capped
    }

    package var outcome: Outcome
    /// Who answered.
    package var target: UUID?
    /// For how long both talked.
    package var seconds = 0
    /// Whether the target ended it; else the caller did, and is gone.
    package var endedByTarget = false

    package init(_ outcome: Outcome, by target: UUID? = nil, seconds: Int = 0, endedByTarget: Bool = false) {
        self.outcome = outcome
        self.target = target
        self.seconds = seconds
        self.endedByTarget = endedByTarget
    }
}

/// What a target answered when it was asked for a bid.
package enum FlowBid: Sendable, Hashable {
    case amount(Money)
    /// It does not want the call.
    case refused
}

/// How waiting in a queue ended.
package enum FlowWaiting: String, Sendable, Hashable, CaseIterable {
    case connected, timeout, full
    case exitKey = "exit_key"
    case hangup
}

/// How a question to another system, or its talk with the caller, ended.
package enum FlowReply: String, Sendable, Hashable, CaseIterable {
    case success
    case httpError = "http_error"
    case timeout, handoff, completed, failed
}
