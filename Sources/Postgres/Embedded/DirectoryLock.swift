import Glibc

/// A lock on a data directory that the kernel lets go when its owner is gone, however it went: it is never stale.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, or `nil` when another program has it.
    /// - Throws: when the lock file cannot be opened.
    init?(path: String) throws(EmbeddedError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EmbeddedError(.directory, "cannot open \(path) (errno \(errno)); check who owns the directory")
        }
        // A child that was forked while another lock was held has that one too, until it becomes its program.
        for attempt in 1...Self.attempts {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
            guard attempt < Self.attempts else {
                close(descriptor)
                return nil
            }
            usleep(Self.pauseMicroseconds)
        }
        self.descriptor = descriptor
    }

    private static let attempts = 20
    private static let pauseMicroseconds: UInt32 = 25_000

    deinit { close(descriptor) }
}
