/// Carrier trunks as they are looked at for a call: those that will do from the front, the others from the back, so
/// that one piece of memory holds both.
struct Ranking {
    private var all: [Considered]
    private(set) var ableCount = 0
    private var unableCount = 0

    /// - Parameter count: how many there will be.
    init(_ count: Int) { all = [Considered](repeating: Considered(0, .noDeck), count: count) }

    mutating func add(_ considered: Considered) {
        if considered.outcome == .chosen {
            all[ableCount] = considered
            ableCount += 1
        } else {
            unableCount += 1
            all[all.count - unableCount] = considered
        }
    }

    /// Puts those that will do in order.
    mutating func sort(isBefore: (Considered, Considered) -> Bool) {
        guard ableCount <= Ranking.few else { return sort { $0.sort(by: isBefore) } }
        // Of a few the sort of the standard library takes several times as long.
        let count = ableCount
        var able = all.mutableSpan
        for end in 1..<max(count, 1) {
            let considered = able[end]
            var position = end
            while position > 0, isBefore(considered, able[position - 1]) {
                able[position] = able[position - 1]
                position -= 1
            }
            able[position] = considered
        }
    }

    private static let few = 32

    mutating func sort(by order: (inout [Considered]) -> Void) {
        var able = Array(all[..<ableCount])
        order(&able)
        all.replaceSubrange(..<ableCount, with: able)
    }

    /// Hands over all of them: those that will do, and then the others in the order in which they came.
    /// - Parameter most: how many routes there may be.
    mutating func take(_ most: Int) -> [Considered] {
        for rank in min(most, ableCount)..<ableCount { all[rank].outcome = .beyondRouteLimit }
        all[ableCount...].reverse()
        var taken: [Considered] = []
        swap(&taken, &all)
        return taken
    }
}
