import ArgumentParser
import Foundation
import Glibc
import Services

/// Where an answer goes: a file, which appears when it is whole, or standard output.
final class AnswerOutput {
    private let file: OutputFile?

    /// - Parameter path: nil is standard output.
    init(_ path: String?) throws { file = try path.map { try OutputFile($0) } }

    /// Whether somebody reads it as it comes.
    var isTerminal: Bool { file == nil && isatty(STDOUT_FILENO) == 1 }

    func write(_ bytes: [UInt8]) throws {
        if let file { try file.write(Data(bytes)) } else { try Self.print(bytes) }
    }

    func finish() throws { try file?.finish() }

    /// Writes to standard output, byte for byte.
    /// - Throws: `ExitCode` when nobody reads any more: whoever looks at the first rows wants no more of them.
    static func print(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { part in
                unsafe Glibc.write(STDOUT_FILENO, part.baseAddress, part.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            let reason = errno
            if reason == EINTR { continue }
            if reason == EPIPE { throw ExitCode.success }
            throw CommandFailure("standard output cannot be written to; name a file with --output")
        }
    }
}
