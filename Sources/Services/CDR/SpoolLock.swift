import Foundation
import Glibc

/// Keeps a second importer on this machine out; gone with its process.
///
/// The file's time is the latest that anybody who had the lock has seen: the edge tells rotations by the second, and
/// one that was made after the clock had been set back would go unnoticed.
struct SpoolLock {
    private let descriptor: Int32

    init?(path: String) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    func release() { close(descriptor) }

    /// Whether the clock stands where it has not been before, and notes that it does.
    func seesNewTime() -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mtim.tv_sec <= time(nil) else { return false }
        return futimens(descriptor, nil) == 0
    }
}
