import Foundation
import Glibc
import Processes
import Reactor
import TestSupport
import Testing

/// A program of others that tests the API by its document. `scripts/contract-tools.sh` fetches them.
struct ContractTool: Sendable {
    let name: String

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    /// What it looks at, as it is committed.
    static let document = root.appending(path: "docs/reference/openapi.json").path
    static let folder = root.appending(path: "Tests/HTTPAPITests/Contract").path
    private static let tools = root.appending(path: ".build/contract-tools/bin").path

    /// A place for its files.
    static func scratch() throws -> String {
        let path = StaleRuns.directory("contract") + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Runs it and gives what it printed; no code when it did not end in time.
    func run(
        _ arguments: [String], in directory: String, atMost limit: Duration
    ) async throws -> (code: Int32?, text: String) {
        let path = "\(Self.tools)/\(name)"
        try #require(
            FileManager.default.isExecutableFile(atPath: path), "\(name) is missing: run scripts/contract-tools.sh")
        let log = "\(directory)/\(name).log"
        let process = try await Starter(reactor: Reactor(name: "test-contract")).start(
            Program(
                path: path, arguments: arguments,
                environment: [
                    "PATH": "\(Self.tools):/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": directory, "COLUMNS": "200",
                ],
                directory: directory, output: .file(log), lifetime: .endsWithParent(signal: SIGKILL)))
        let isDone = await process.waitForExit(atMost: limit)
        if !isDone { await process.stop(signal: SIGKILL) }
        return (isDone ? process.exitCode : nil, (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
    }
}

/// Requests that a fuzzer makes of the API's document, with all its checks: one by one, at their bounds, and one after
/// the other, each with what another one answered.
struct ContractFuzz: Sendable {
    /// Which paths, as a regular expression.
    let paths: String
    let seed: UInt64
    /// Of each operation.
    let examples: Int
    /// It goes on until they are over.
    let seconds: Int

    /// - Returns: what it found; `nil` is nothing.
    func fault(of api: ResourceServer) async throws -> String? {
        let place = try ContractTool.scratch()
        try FileManager.default.copyItem(
            atPath: "\(ContractTool.folder)/schemathesis.toml", toPath: "\(place)/schemathesis.toml")
        let result = try await ContractTool(name: "schemathesis").run(
            [
                "run", "http://127.0.0.1:\(api.server.port)/openapi.json", "-H", "Authorization: Bearer \(api.key)",
                "--include-path-regex", paths, "--phases", "coverage,fuzzing,stateful",
                "--max-examples", "\(examples)", "--max-time", "\(seconds)", "--generation-allow-x00", "false",
                "--no-color", "--request-timeout", "60", "--seed", "\(seed)",
            ], in: place, atMost: .seconds(seconds + 200))
        let isWhole = result.text.contains("= SUMMARY =") && result.text.contains("Test cases:")
        guard isWhole, result.code == 0, !result.text.contains("= FAILURES =") else {
            let failures = result.text.firstRange(of: "= FAILURES =").map { result.text[$0.lowerBound...] }
            return "seed \(seed): \(failures?.prefix(10_000) ?? result.text.suffix(6_000))"
        }
        return nil
    }
}
