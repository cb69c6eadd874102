import Synchronization

/// How many calls are taken at once: few while little waits, so that a call is rated at once and nobody waits for its
/// account; many while there is much to do, for then each statement, each balance and each sum is paid by more calls.
final class BatchSize: Sendable {
    private let size = Mutex(smallest)

    static let smallest = 1000
    static let largest = 10_000
    /// New calls of the accounts in a batch wait for their holds while its balances are locked, and are not routed
    /// where that takes longer than their patience.
    static let longestLock = OpenCalls.patience / 2

    var now: Int { size.withLock(\.self) }

    /// A batch of a size was filled, or was not, and kept the accounts locked for a time.
    func note(_ count: Int, of wanted: Int, locked: Duration) {
        guard count == wanted else { return size.withLock { $0 = Self.smallest } }
        let fitting = locked > .zero ? Int(Double(count) * (Self.longestLock / locked)) : Self.largest
        size.withLock { $0 = max(min(fitting, wanted * 2, Self.largest), Self.smallest) }
    }

    /// A batch failed, and its calls are taken one by one.
    func shrink() { size.withLock { $0 = Self.smallest } }
}
