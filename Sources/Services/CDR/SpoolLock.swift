import Foundation
import Glibc

/// Keeps a second importer on this machine out; gone with its process. The file's time is that of the last rotation.
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

    /// Waits until the second of the last rotation has passed, whoever made it, and notes this one.
    ///
    /// The edge tells rotations apart by their second: the later of two in one second would go unnoticed, and a process
    /// of it would write on into a file that is taken.
    func beginRotation() async throws {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return }
        while time(nil) == status.st_mtim.tv_sec { try await Task.sleep(for: .milliseconds(50)) }
        _ = futimens(descriptor, nil)
    }
}
