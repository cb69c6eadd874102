import Crypto
import Foundation

/// The SHA-256 of a file, by which the same file is known again.
struct FileDigest: Sendable {
    /// In hexadecimal digits.
    let sha256: String
    /// Bytes.
    let size: Int

    /// - Throws: `ImportFailure` when it cannot be read.
    init(of path: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw ImportFailure("\(path) cannot be read") }
        defer { try? handle.close() }  // it was only read
        var hash = SHA256()
        var size = 0
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            hash.update(data: chunk)
            size += chunk.count
        }
        sha256 = hash.finalize().hex
        self.size = size
    }
}
