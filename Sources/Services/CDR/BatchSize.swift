import Synchronization

/// How many calls are taken at once: few while little waits, so that a call is rated at once and nobody waits for its
/// account; many while there is much to do, for then each statement, each balance and each sum is paid by more calls.
final class BatchSize: Sendable {
    private let size = Mutex(smallest)

    static let smallest = 1000
    /// New calls of the accounts in a batch wait for their holds while it is posted: a tenth of a second for so many, a
    /// quarter where each has a hold of its own that ends.
    static let largest = 5000

    var now: Int { size.withLock(\.self) }

    /// A batch of a size was filled, or was not.
    func note(_ count: Int, of wanted: Int) {
        size.withLock { $0 = count < wanted ? Self.smallest : min(max($0, wanted * 2), Self.largest) }
    }

    /// A batch failed, and its calls are taken one by one.
    func shrink() { size.withLock { $0 = Self.smallest } }
}
