package import struct FoundationEssentials.UUID

/// What happens to a simulated call that its flow cannot know: what the caller does, and what others answer.
package struct FlowScript: Sendable {
    /// What somebody answers. Of several for the same node or target each is used once, the last one again and again.
    package struct Answer: Sendable {
        /// The raw value is that of the API.
        package enum Outcome: String, Sendable, Hashable, CaseIterable {
            case answered, machine
            case noAnswer = "no_answer"
            case busy, failed, rejected, capped
            case noBid = "no_bid"
            case connected, timeout, full
            case exitKey = "exit_key"
            case hangup, success
            case httpError = "http_error"
            case pass, fail, done, handoff, completed
        }

        /// The node that it is for, by name; nil for a target's.
        package var node: String?
        package var target: UUID?
        package var outcome: Outcome
        /// Of a conversation or message.
        package var seconds: Int?
        package var endedByTarget = false
        package var bid: Money?
        /// The check by which it is refused.
        package var check: String?
        /// By variable, what another system answers.
        package var values: [String: String] = [:]

        package init(_ outcome: Outcome, node: String? = nil, target: UUID? = nil) {
            self.outcome = outcome
            self.node = node
            self.target = target
        }
    }

    /// What the caller enters each time that he is asked; nothing once they are used up.
    package var keys: [String] = []
    package var answers: [Answer] = []
    /// The node at which the caller hangs up, once something is waited for there.
    package var hangsUpAt: String?

    package init() {}

    /// Takes the next answer for a node, or for a target.
    mutating func next(of node: String? = nil, target: UUID? = nil) -> Answer? {
        let fitting = answers.indices.filter { answers[$0].node == node && answers[$0].target == target }
        guard let first = fitting.first else { return nil }
        return fitting.count > 1 ? answers.remove(at: first) : answers[first]
    }

    mutating func nextKeys() -> String { keys.isEmpty ? "" : keys.removeFirst() }
}

extension FlowScript.Answer.Outcome {
    /// What can be answered to a node of a kind; nothing where nobody is waited for, or where targets answer.
    package static func possible(at kind: FlowKind) -> [Self] {
        switch kind {
        case .play, .transfer, .recording, .message: [.done, .failed]
        case .lookup: [.success, .httpError, .timeout]
        case .compliance: [.pass, .fail]
        case .queue: [.connected, .timeout, .full, .exitKey, .hangup]
        case .voicemail: [.done]
        case .agent: [.handoff, .completed, .failed]
        case .entry, .menu, .gather, .condition, .schedule, .geo, .splitter, .setTags, .forward, .webhook, .subflow,
            .hangup:
            []
        }
    }

    /// What a target can answer.
    package static let ofTargets: [Self] = [.answered, .machine, .noAnswer, .busy, .failed, .rejected, .capped, .noBid]
}
