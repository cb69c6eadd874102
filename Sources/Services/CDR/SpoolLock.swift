import Foundation
import Glibc
import Processes

/// Keeps a second importer on this machine out; gone with its process.
///
/// The file's time is the latest that anybody who had the lock has seen: the edge tells rotations by the second, and
/// one that was made after the clock had been set back would go unnoticed.
struct SpoolLock {
    private let lock: FileLock

    init?(path: String) {
        // Whoever finds it taken comes again.
        guard let lock = try? FileLock(path: path, mode: 0o640, tries: 1) else { return nil }
        self.lock = lock
    }

    func release() { lock.release() }

    /// Whether the clock stands where it has not been before, and notes that it does.
    func seesNewTime() -> Bool {
        var status = stat()
        guard unsafe fstat(lock.descriptor, &status) == 0, status.st_mtim.tv_sec <= time(nil) else { return false }
        return futimens(lock.descriptor, nil) == 0
    }
}
