import Glibc
import Processes

/// A pipe with a name, between us and a program. Neither end keeps a thread waiting.
struct NamedPipe: Sendable {
    let path: String

    private static let chunk = 256 * 1024
    private static let pause = Duration.milliseconds(2)

    init(_ path: String) throws {
        guard unsafe mkfifo(path, 0o600) == 0 else {
            throw ArchiveFailure("\(path) cannot be made: \(systemMessage(errno))")
        }
        self.path = path
        // A program that has ended says so by its exit code; the signal would end us.
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Opens the end that is written, once the program has opened the other one.
    func openWriter(to process: RunningProcess) async throws -> Int32 {
        while process.isRunning {
            let descriptor = unsafe open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            guard errno == ENXIO || errno == EINTR else { break }  // nobody reads yet
            try await Task.sleep(for: Self.pause)
        }
        throw ArchiveFailure("DuckDB did not read")
    }

    /// Opens the end that is read. It is done before the program starts, whose opening waits for nothing then.
    func openReader() throws -> Int32 {
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveFailure("\(path) cannot be read: \(systemMessage(errno))") }
        return descriptor
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { part in
                unsafe Glibc.write(descriptor, part.baseAddress, part.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try await Task.sleep(for: pause)
            } else if errno != EINTR {
                throw ArchiveFailure("DuckDB stopped reading")
            }
        }
    }

    /// Reads until the program has ended and nothing is left.
    static func read(_ descriptor: Int32, from process: RunningProcess, _ take: ([UInt8]) async throws -> Void)
        async throws
    {
        var buffer = [UInt8](repeating: 0, count: chunk)
        while true {
            let isOver = !process.isRunning  // looked at before the pipe, so that nothing can come between
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                try await take(Array(buffer[..<count]))
            } else if count == 0 && isOver {
                return
            } else if count == 0 || errno == EAGAIN {
                try await Task.sleep(for: pause)
            } else if errno != EINTR {
                throw ArchiveFailure("what DuckDB writes cannot be read: \(systemMessage(errno))")
            }
        }
    }
}
