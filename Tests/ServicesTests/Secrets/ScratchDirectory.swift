import Foundation
import Glibc

/// A directory of a test's own in memory, gone with the test.
final class ScratchDirectory: Sendable {
    let path: String

    init() throws {
        path = "/dev/shm/heddle-secrets-\(getpid())-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // left behind, it is a few bytes

    /// Writes a file with these permissions; its path.
    func file(_ content: [UInt8], name: String = "secret", mode: mode_t = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try Data(content).write(to: URL(fileURLWithPath: file))
        // Not by `FileManager`, nor at creation: the umask would have its say.
        guard unsafe chmod(file, mode) == 0 else { throw POSIXError(.EPERM) }
        return file
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
