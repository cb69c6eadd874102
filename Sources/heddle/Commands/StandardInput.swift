import Foundation
import Glibc

/// What somebody types, or a program writes to us.
enum StandardInput {
    private static let longestLine = 8_192

    /// All of it.
    static func bytes(upTo most: Int) throws -> [UInt8] { try bytes(of: .standardInput, upTo: most) }

    /// All of a file.
    /// - Throws: `CommandFailure` when it is larger than that.
    static func bytes(of handle: FileHandle, upTo most: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try handle.read(upToCount: 65_536), !part.isEmpty {
            bytes += part
            guard bytes.count <= most else {
                throw CommandFailure("the input has more than \(most) bytes; send a file with --upload")
            }
        }
        return bytes
    }

    /// A secret: a line that is typed and not shown, or all that a program writes.
    /// - Parameter prompt: what is asked for at a terminal.
    static func secret(_ prompt: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            return String(decoding: try bytes(upTo: longestLine), as: UTF8.self)
        }
        var shown = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &shown) == 0 else {
            throw CommandFailure("the terminal does not say how it shows what is typed; write the secret to a pipe")
        }
        var hidden = shown
        // Ctrl-C is a character meanwhile: who left by it would find a terminal that shows nothing any more.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        try? FileHandle.standardError.write(contentsOf: Data(prompt.utf8))  // where nobody reads, nobody types
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            complain("")
        }
        guard let line = readLine(), !line.isEmpty else { throw CommandFailure("nothing was typed; try again") }
        return line
    }
}
