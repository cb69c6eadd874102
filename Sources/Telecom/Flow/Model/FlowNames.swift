/// What is known of a call by name: variables of its flow, its tags, and facts that nobody sets.
package struct FlowNames: Sendable, Hashable {
    package internal(set) var variables: [String: String] = [:]
    package internal(set) var tags: [String: String] = [:]
    /// `caller`, `called`, `caller_area_code`, `caller_state`, `caller_country`, `campaign`, `is_repeat`,
    /// `previous_target`.
    package internal(set) var facts: [String: String] = [:]

    /// In Unicode scalars; a longer value is cut.
    package static let longestValue = 1_024

    func value(_ comparison: FlowComparison) -> String? {
        switch comparison.subject {
        case .variable: variables[comparison.name] ?? facts[comparison.name]
        case .tag: tags[comparison.name] ?? facts[comparison.name]
        }
    }

    func text(_ name: String) -> String? { variables[name] ?? tags[name] ?? facts[name] }
}
