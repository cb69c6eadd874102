import Glibc
import Synchronization

/// A file that one program at a time has. The kernel lets it go when that program is gone, however it went, so that it
/// is never stale.
package final class FileLock: Sendable {
    /// Of the file, open for reading and writing.
    package let descriptor: Int32
    private let isHeld = Atomic(true)

    /// Why the lock was not taken.
    package enum Failure: Error, Sendable, Equatable {
        case isTaken
        /// The file cannot be opened or locked, with the system's number of the reason.
        case system(Int32)
    }

    private static let pauseMicroseconds: UInt32 = 25_000

    /// Takes the lock.
    /// - Parameters:
    ///   - mode: of the file, when it is made.
    ///   - tries: how often it is tried, 25 ms apart. A child that was forked a moment ago has all that its parent had
    ///     locked, until it becomes its program.
    package init(path: String, mode: UInt32 = 0o600, tries: Int = 20) throws(Failure) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(errno) }
        for attempt in 1...max(tries, 1) {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            let reason = errno
            guard reason == EWOULDBLOCK, attempt < tries else {
                release()
                throw reason == EWOULDBLOCK ? .isTaken : .system(reason)
            }
            usleep(Self.pauseMicroseconds)
        }
    }

    deinit { release() }

    /// Lets it go before that, also for children that were forked a moment ago.
    package func release() {
        guard isHeld.exchange(false, ordering: .relaxed) else { return }
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
