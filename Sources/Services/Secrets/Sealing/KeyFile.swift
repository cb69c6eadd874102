import Foundation
import Glibc

/// A key in a file of its own, for an installation whose operator names no other place.
///
/// Who loses the file loses what was sealed with it: it belongs into the backup, but not next to the database's.
package enum KeyFile {
    /// Makes a random key and writes it to a new file that only its owner can read, as one line of base64.
    /// - Throws: with the code `exists` when there is a file already; it is left alone.
    @discardableResult
    package static func create(at path: String) throws(SecretError) -> SealingKey {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<SealingKey.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        let draft = "\(path).\(String(random.next(), radix: 16)).new"
        defer { _ = unsafe unlink(draft) }
        try write(Array((Data(bytes).base64EncodedString() + "\n").utf8), to: draft, for: path)
        // The name appears with its content or not at all, and never over another key, whoever else is at it.
        guard unsafe link(draft, path) == 0 else { throw failure(errno, path) }
        try persistName(of: path)
        return SealingKey(bytes: bytes)
    }

    /// Reads the key back.
    package static func load(_ path: String) throws(SecretError) -> SealingKey {
        try SealingKey(SecretFile.read(path), from: .file(path: path))
    }

    /// The key of this file, made on the first call. Programs that start at once get the same one.
    @discardableResult
    package static func loadOrCreate(at path: String) throws(SecretError) -> SealingKey {
        do {
            return try load(path)
        } catch let error where error.code == .missing {
            do { return try create(at: path) } catch let error where error.code == .exists { return try load(path) }
        }
    }

    // MARK: Steps

    private static func write(_ bytes: [UInt8], to draft: String, for path: String) throws(SecretError) {
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(errno, path) }
        defer { close(descriptor) }
        // Fewer than a page: a disk that takes only a part of it is full.
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw failure(ENOSPC, path) }
        guard fsync(descriptor) == 0 else { throw failure(errno, path) }
    }

    /// Until its directory is on the disk, a crash can take the new name away, after something was sealed with the key.
    private static func persistName(of path: String) throws(SecretError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(errno, path) }
    }

    private static func failure(_ code: Int32, _ path: String) -> SecretError {
        let reference = SecretReference.file(path: path)
        if code == EEXIST { return SecretError(.exists, reference, "there is a key already; it is never overwritten") }
        return SecretError(.refused, reference, "the key cannot be written: \(unsafe String(cString: strerror(code)))")
    }
}
