package import Foundation
import Glibc

/// A file that a person named to have something written to. It appears when it is whole: until then it is called
/// `.part`, and when it does not become whole, what was there before is there still. A device, a pipe or a terminal is
/// written to as it comes, and never replaced.
package final class OutputFile {
    package let path: String
    /// Nil where the file itself is written to.
    private let part: String?
    private let handle: FileHandle
    private var isBegun = false
    private var isFinished = false

    /// - Parameter mode: of the file, when it is made.
    /// - Throws: `OutputFailure` when it cannot be written.
    package init(_ path: String, mode: UInt32 = 0o666) throws(OutputFailure) {
        let isPlain = Self.mayReplace(path)
        part = isPlain ? "\(path).part" : nil
        let flags = isPlain ? O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC : O_WRONLY | O_CLOEXEC
        let descriptor = unsafe open(part ?? path, flags, mode)
        guard descriptor >= 0 else { throw OutputFailure(path, errno) }
        self.path = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Whether a path leads to a plain file, or to nothing yet.
    static func mayReplace(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes something whole.
    package static func write(_ data: Data, to path: String) throws {
        let file = try OutputFile(path)
        try file.write(data)
        try file.finish()
    }

    /// Writes the next part.
    package func write(_ data: Data) throws {
        isBegun = true
        try handle.write(contentsOf: data)
    }

    /// Writes the next part, in UTF-8.
    package func write(_ text: String) throws { try write(Data(text.utf8)) }

    /// Throws away what was written so far.
    /// - Throws: `OutputFailure` where that is gone already: of a pipe or a device.
    package func beginAgain() throws {
        guard isBegun else { return }
        guard part != nil else { throw OutputFailure(begun: path) }
        try handle.truncate(atOffset: 0)
        isBegun = false
    }

    /// It is whole.
    package func finish() throws {
        if part != nil { try handle.synchronize() }
        try handle.close()
        isFinished = true
        guard let part else { return }
        guard unsafe rename(part, path) == 0 else {
            let reason = errno
            unsafe unlink(part)
            throw OutputFailure(path, reason)
        }
    }

    deinit {
        if !isFinished, let part { unsafe unlink(part) }
    }
}

/// A file cannot be written.
package struct OutputFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ path: String, _ reason: Int32) {
        description = unsafe "\(path) cannot be written: \(String(cString: strerror(reason))); name another file"
    }

    init(begun path: String) {
        description = "what \(path) got cannot be taken back, and has to be written again; name a plain file"
    }
}
