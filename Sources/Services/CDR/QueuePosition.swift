import Foundation
import Synchronization

/// Behind which record the next batch is looked for. The index of what is to be done still has what was done a moment
/// ago, and from the beginning each batch would pass over all of it.
final class QueuePosition: Sendable {
    struct Key: Sendable {
        let startedAt: Date
        let tenantID: UUID
        let id: UUID

        init(_ call: RawCall) {
            startedAt = call.startedAt
            tenantID = call.tenantID
            id = call.id
        }
    }

    private let state = Mutex<(last: Key?, batches: Int)>((nil, 0))

    /// What comes late begins before, and must not wait until nothing else is left.
    private static let batchesBetweenBeginnings = 64

    /// Nil: from the beginning.
    func next() -> Key? {
        state.withLock { state in
            state.batches += 1
            if state.batches >= Self.batchesBetweenBeginnings { state = (nil, 0) }
            return state.last
        }
    }

    /// A batch was taken.
    func advance(behind calls: [RawCall]) {
        let last = calls.max { ($0.startedAt, $0.tenantID, $0.id) < ($1.startedAt, $1.tenantID, $1.id) }
        if let last { state.withLock { $0.last = Key(last) } }
    }

    /// A batch failed: its calls are still to be rated.
    func rewind() { state.withLock { $0 = (nil, 0) } }
}
