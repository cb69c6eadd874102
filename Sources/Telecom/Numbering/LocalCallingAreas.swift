/// Which exchanges an exchange reaches as a local call. Exchanges of one place reach the same ones, so each list is
/// kept once.
package struct LocalCallingAreas: Sendable {
    /// For each exchange the position of its list; 0 is the empty one.
    private let lists: [UInt32]
    /// Where each list begins in `reached`, and one more entry for the end.
    private let firsts: [UInt32]
    /// Cells of exchanges, each list in order.
    private let reached: [UInt32]

    package static let empty = LocalCallingAreas([])

    /// - Parameter areas: area code and exchange (212555), and those that are reached from there; each exchange once.
    package init(_ areas: [(exchange: Int, reached: [Int])]) {
        var lists: [UInt32] = []
        var firsts: [UInt32] = [0, 0]
        var reached: [UInt32] = []
        var known: [[UInt32]: UInt32] = [[]: 0]
        for area in areas {
            guard let cell = Exchange.cell(area.exchange) else { continue }
            if lists.isEmpty { lists = [UInt32](repeating: 0, count: Exchange.cellCount) }
            let list = area.reached.compactMap { Exchange.cell($0).map { UInt32($0) } }.sorted()
            if let position = known[list] {
                lists[cell] = position
            } else {
                let position = UInt32(firsts.count - 1)
                known[list] = position
                lists[cell] = position
                reached += list
                firsts.append(UInt32(reached.count))
            }
        }
        self.lists = lists
        self.firsts = firsts
        self.reached = reached
    }

    package var isEmpty: Bool { lists.isEmpty }

    /// Whether a call from one exchange to the other is local. The way back may not be.
    package func reaches(from: E164, to: E164) -> Bool {
        guard !lists.isEmpty, let from = Exchange.cell(of: from), let to = Exchange.cell(of: to) else { return false }
        let list = Int(lists[from])
        var (lower, upper) = (Int(firsts[list]), Int(firsts[list + 1]))
        while lower < upper {
            let middle = (lower + upper) / 2
            if reached[middle] == UInt32(to) { return true }
            if reached[middle] < UInt32(to) { lower = middle + 1 } else { upper = middle }
        }
        return false
    }
}
