import Foundation
import Glibc
import Processes
import Reactor
import TestSupport
import Testing

/// curl, the program: a client that knows nothing of us.
struct Curl: Sendable {
    /// curl's own: 0 is well, 60 a certificate that it does not trust.
    let code: Int32?
    /// What it said of errors.
    let text: String
    let status: Int
    let headers: [String: String]
    /// The body as it came.
    let bytes: [UInt8]

    var body: String { String(decoding: bytes, as: UTF8.self) }

    private static let starter = Starter(reactor: Reactor(name: "test-curl"))

    /// Asks, and waits without a thread of the pool: the server needs it.
    static func ask(_ url: String, _ arguments: [String] = []) async throws -> Curl {
        let place = StaleRuns.directory("curl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }  // else the next run sweeps it
        let process = try await starter.start(
            Program(
                path: "/usr/bin/curl",
                arguments: [
                    "--silent", "--show-error", "--max-time", "60", "--noproxy", "*", "--dump-header",
                    "\(place)/headers", "--output", "\(place)/body",
                ] + arguments + [url],
                output: .file("\(place)/said"), lifetime: .endsWithParent(signal: SIGKILL)))
        let isDone = await process.waitForExit(atMost: .seconds(90))
        if !isDone { await process.stop(signal: SIGKILL) }
        func contents(_ name: String) -> [UInt8] {
            FileManager.default.contents(atPath: "\(place)/\(name)").map { [UInt8]($0) } ?? []  // nothing came
        }
        var lines = String(decoding: contents("headers"), as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines.removeFirst().split(separator: " ")
        let headers = lines.compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        return Curl(
            code: isDone ? process.exitCode : nil, text: String(decoding: contents("said"), as: UTF8.self),
            status: first.count > 1 ? Int(first[1]) ?? 0 : 0,
            headers: Dictionary(headers, uniquingKeysWith: { "\($0), \($1)" }), bytes: contents("body"))
    }
}
