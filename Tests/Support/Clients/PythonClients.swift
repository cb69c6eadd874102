import Foundation
import Glibc
import Processes
import Reactor
import Testing

/// Clients that are a program of their own: so many sockets, or such threads, are nothing for the process that serves.
package enum PythonClients {
    /// Runs a program of this folder.
    /// - Returns: the last line that it printed.
    package static func play(_ program: String, _ arguments: [String], atMost limit: Duration) async throws -> String {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: program).path
        let place = StaleRuns.directory("clients") + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let log = "\(place)/told"
        let process = try await Starter(reactor: Reactor(name: "test-clients")).start(
            Program(
                path: "/usr/bin/env", arguments: ["python3", script] + arguments,
                environment: [
                    "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
                ],
                directory: place, output: .file(log), lifetime: .endsWithParent(signal: SIGKILL)))
        let isDone = await process.waitForExit(atMost: limit)
        if !isDone { await process.stop(signal: SIGKILL) }
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""  // nothing was told
        try #require(isDone && process.exitCode == 0, "\(program): \(text.suffix(2_000))")
        return text.split(separator: "\n").last.map { String($0) } ?? ""
    }
}
