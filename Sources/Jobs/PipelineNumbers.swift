import Synchronization

/// What the CDR pipeline of this process has done since it started.
package final class PipelineNumbers: Sendable {
    /// Sums, which only grow.
    package struct Sums: Sendable, Equatable {
        package internal(set) var imported = 0
        package internal(set) var repeated = 0
        package internal(set) var rejected = 0
        package internal(set) var batches = 0
        package internal(set) var rated = 0
        package internal(set) var setAside = 0
        /// Time that the batches took, and the last of them.
        package internal(set) var batchSeconds = 0.0
        package internal(set) var lastBatchSeconds = 0.0
        /// Rounds that failed; they are tried again.
        package internal(set) var failures = 0
    }

    private let state = Mutex(Sums())

    package init() {}

    /// The sums of now.
    package var sums: Sums { state.withLock(\.self) }

    func add(_ change: (inout Sums) -> Void) { state.withLock { change(&$0) } }

    func addBatch(calls: Int, setAside: Int, _ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let time = Double(seconds) + Double(attoseconds) / 1e18
        state.withLock { sums in
            sums.batches += 1
            sums.rated += calls - setAside
            sums.setAside += setAside
            sums.batchSeconds += time
            sums.lastBatchSeconds = time
        }
    }
}
