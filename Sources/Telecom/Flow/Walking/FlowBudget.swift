/// What a call has taken of the engine. Bounds of steps and visits alone would let a flow have gigabytes and minutes.
package struct FlowBudget: Sendable, Hashable {
    /// What is counted; the raw value is what people call it.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case textBytes = "bytes of texts"
        case actions
        case comparisons
        case candidates

        /// How much of it a call may take.
        package var most: Int {
            switch self {
            case .textBytes: 8_388_608
            case .actions: 20_000
            case .comparisons: 100_000
            case .candidates: 100_000
            }
        }
    }

    private var taken: [Kind: Int] = [:]
    /// What the call has taken too much of.
    private(set) var exceeded: Kind?

    mutating func take(_ count: Int, of kind: Kind) {
        let sum = taken[kind, default: 0] + count
        taken[kind] = sum
        if sum > kind.most { exceeded = exceeded ?? kind }
    }
}
