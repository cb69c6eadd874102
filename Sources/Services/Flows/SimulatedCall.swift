package import Foundation

/// A call that a flow is asked about, as somebody writes it down.
package struct SimulatedCall: Sendable {
    /// What somebody answers: a node, or a target that is rung.
    package struct Answer: Sendable {
        package var node: String?
        package var target: String?
        package var outcome: String
        package var seconds: Int?
        package var endedByTarget = false
        package var bid: String?
        package var check: String?
        package var values: [String: String] = [:]

        package init(_ outcome: String, node: String? = nil, target: String? = nil) {
            self.outcome = outcome
            self.node = node
            self.target = target
        }
    }

    /// E.164; nil when it is withheld.
    package var caller: String?
    package var called: String?
    package var campaign: UUID?
    /// nil is now.
    package var time: Date?
    package var digits: [String] = []
    package var answers: [Answer] = []
    package var variables: [String: String] = [:]
    package var tags: [String: String] = [:]
    package var seed = 0
    /// The name of a node.
    package var hangsUpAt: String?
    /// The name of a target; nil leaves it to the calls that are on record.
    package var connectedBefore: String?

    package init() {}
}
