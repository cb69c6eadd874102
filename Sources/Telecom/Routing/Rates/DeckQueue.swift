extension DeckIndex {
    /// Decks by the prefix that comes next in each: a heap, so that of hundreds only a few are looked at for a prefix.
    struct DeckQueue {
        struct Head {
            /// Of the prefix.
            let key: UInt64
            let deck: Int

            /// Of decks with the same prefix the first one comes first.
            fileprivate static func < (left: Head, right: Head) -> Bool {
                left.key != right.key ? left.key < right.key : left.deck < right.deck
            }
        }

        /// Each before the two that are at twice its position, and one and two more.
        private var heap: [Head]

        init(_ heads: [Head]) {
            heap = heads
            for position in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(heap[position], position) }
        }

        /// The least.
        var first: Head? { heap.first }

        /// The deck of the first has another prefix now, which is not before the old one; `nil` at its end.
        mutating func replaceFirst(_ key: UInt64?) {
            if let key {
                sink(Head(key: key, deck: heap[0].deck), 0)
            } else {
                let last = heap.removeLast()
                if !heap.isEmpty { sink(last, 0) }
            }
        }

        /// Puts it there, or below where it belongs.
        private mutating func sink(_ head: Head, _ position: Int) {
            var position = position
            while true {
                var child = 2 * position + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < head else { break }
                heap[position] = heap[child]
                position = child
            }
            heap[position] = head
        }
    }
}
