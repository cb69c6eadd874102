/// A binary heap of deadlines, soonest first.
///
/// A deadline that was moved leaves its old entry behind; who takes it out compares it with the real one. Entries are
/// therefore bounded by the deadlines set within the longest of the timers.
struct DeadlineQueue<Key: Sendable>: Sendable {
    private var heap: [(at: Moment, key: Key)] = []

    var soonest: Moment? { heap.first?.at }
    var count: Int { heap.count }

    mutating func insert(_ key: Key, at moment: Moment) {
        heap.append((moment, key))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the soonest entry if it is due.
    mutating func popDue(at now: Moment) -> (at: Moment, key: Key)? {
        guard let first = heap.first, first.at <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        return first
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].at < heap[left].at ? right : left
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
