/// Timers in order of their due time; a value without a clock, so that it is tested by numbers.
///
/// Cancelled timers stay in the heap until they come up: cancelling is the common case (a deadline that was kept) and
/// must cost little.
struct TimerQueue {
    typealias Work = @Sendable () -> Void

    private struct Entry {
        let due: ContinuousClock.Instant
        let id: UInt64
    }

    private var heap: [Entry] = []
    private var pending: [UInt64: Work] = [:]

    /// Timers that have neither fired nor been cancelled.
    var count: Int { pending.count }

    mutating func insert(id: UInt64, due: ContinuousClock.Instant, work: @escaping Work) {
        pending[id] = work
        heap.append(Entry(due: due, id: id))
        siftUp(from: heap.count - 1)
    }

    mutating func remove(id: UInt64) {
        pending[id] = nil
        // Cancelled deadlines may not pile up behind a far one.
        if heap.count > 64 && heap.count > 4 * pending.count { compact() }
    }

    /// Removes and returns what is due, earliest first.
    mutating func takeDue(now: ContinuousClock.Instant) -> [Work] {
        var due: [Work] = []
        while let first = heap.first, first.due <= now {
            removeFirst()
            if let work = pending.removeValue(forKey: first.id) { due.append(work) }
        }
        return due
    }

    /// How long until the next timer, rounded up to a millisecond; -1 without one.
    mutating func millisecondsToNext(now: ContinuousClock.Instant) -> Int32 {
        while let first = heap.first, pending[first.id] == nil { removeFirst() }
        guard let first = heap.first else { return -1 }
        let (seconds, attoseconds) = (first.due - now).components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: max(milliseconds, 0))
    }

    private mutating func compact() {
        let live = heap.filter { pending[$0.id] != nil }
        heap = []
        for entry in live {
            heap.append(entry)
            siftUp(from: heap.count - 1)
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown()
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].due < heap[least].due
            {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
