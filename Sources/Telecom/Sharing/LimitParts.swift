/// How edges that share a limit divide it.
///
/// Who wants less than an equal part gets that, and the others divide what is left equally; of the odd ones each has
/// its turn. What nobody wants goes to those who have least, so that everybody has something for the next call.
package enum LimitParts {
    /// An edge's side of a limit.
    package struct Edge: Sendable, Hashable {
        /// What it has now.
        package let granted: Int
        /// What it would use if it could; at least what it uses.
        package let demand: Int

        package init(granted: Int, demand: Int) {
            self.granted = granted
            self.demand = demand
        }
    }

    /// What each edge is to have, in their order; together no more than the limit.
    /// - Parameter turn: rises with time, so that of edges that want the same few each has them for a while.
    package static func parts(of limit: Int, _ edges: [Edge], turn: Int) -> [Int] {
        var parts = [Int](repeating: 0, count: edges.count)
        var left = max(limit, 0)
        let ascending = edges.indices.sorted { (edges[$0].demand, $0) < (edges[$1].demand, $1) }
        var satisfied = 0
        for (position, index) in ascending.enumerated() {
            guard edges[index].demand <= left / (edges.count - position) else { break }
            parts[index] = max(edges[index].demand, 0)
            left -= parts[index]
            satisfied += 1
        }
        let short = ascending.dropFirst(satisfied)
        if short.isEmpty {
            share(left, &parts, edges)
            return parts
        }
        let (each, odd) = left.quotientAndRemainder(dividingBy: short.count)
        let inTurn = short.sorted { place($0, turn, edges.count) < place($1, turn, edges.count) }
        for (position, index) in inTurn.enumerated() { parts[index] = each + (position < odd ? 1 : 0) }
        return parts
    }

    private static func place(_ index: Int, _ turn: Int, _ count: Int) -> Int {
        ((index - turn) % count + count) % count
    }

    /// Raises the lowest parts to one level. The odd ones stay with those who have more already: at rest nothing moves.
    private static func share(_ spare: Int, _ parts: inout [Int], _ edges: [Edge]) {
        let ascending = parts.indices.sorted { (parts[$0], $0) < (parts[$1], $1) }
        var sum = spare + parts.reduce(0, +)
        for (position, index) in ascending.enumerated().reversed() {
            let count = position + 1
            if parts[index] * count > sum {
                sum -= parts[index]
                continue
            }
            let (level, odd) = sum.quotientAndRemainder(dividingBy: count)
            let holders = ascending.prefix(count).sorted {
                (-edges[$0].granted, $0) < (-edges[$1].granted, $1)
            }
            for (place, holder) in holders.enumerated() { parts[holder] = level + (place < odd ? 1 : 0) }
            return
        }
    }
}
