import Foundation
import Glibc
import Postgres
import Processes
import Reactor
import Services
import TestSupport
import Testing

/// The API against its own document, by programs of others: a validator, a fuzzer that makes requests of it, and a
/// client that is generated from it. `scripts/contract-tools.sh` fetches them.
@Suite(.database, .serialized) struct ContractTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let tools = root.appending(path: ".build/contract-tools/bin").path
    private static let folder = root.appending(path: "Tests/HTTPAPITests/Contract").path

    /// Runs one of the tools and gives what it printed.
    private func run(
        _ tool: String, _ arguments: [String], in directory: String, atMost limit: Duration
    ) async throws -> (code: Int32?, text: String) {
        let path = "\(Self.tools)/\(tool)"
        try #require(
            FileManager.default.isExecutableFile(atPath: path), "\(tool) is missing: run scripts/contract-tools.sh")
        let log = "\(directory)/\(tool).log"
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

    private static func scratch() throws -> String {
        let path = StaleRuns.directory("contract") + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func `a validator finds the document right`() async throws {
        let document = Self.root.appending(path: "docs/reference/openapi.json").path
        let result = try await run("openapi-spec-validator", [document], in: try Self.scratch(), atMost: .seconds(120))
        #expect(result.code == 0, "\(result.text.suffix(2_000))")
    }

    /// The short form takes tables of every kind: of accounts and of staff, with keys of one column and of several,
    /// partitioned, with lists, networks, times and decimals. The long one takes all there is.
    @Test func `a fuzzer finds no answer that the document does not say`() async throws {
        let short =
            "^/v1/(accounts/contacts|routing/(trunks|translation_rules|account_partitions)"
            + "|billing/(number_rates|rate_extras)|cdr/enriched_cdr|ref/calling_limits)"
        let pattern = Soak.isLong ? "." : short
        try await ResourceServer.run { api in
            let place = try Self.scratch()
            try FileManager.default.copyItem(
                atPath: "\(Self.folder)/schemathesis.toml", toPath: "\(place)/schemathesis.toml")
            let result = try await run(
                "schemathesis",
                [
                    "run", "http://127.0.0.1:\(api.server.port)/openapi.json", "-H", "Authorization: Bearer \(api.key)",
                    "--include-path-regex", pattern, "--phases", "coverage,fuzzing,stateful", "--max-examples",
                    Soak.isLong ? "50" : "5", "--max-time", Soak.isLong ? "5400" : "50", "--generation-allow-x00",
                    "false", "--no-color", "--request-timeout", "60",
                ] + (Soak.isLong ? [] : ["--seed", "6"]), in: place, atMost: .seconds(Soak.isLong ? 6_000 : 240))
            let end = result.text.range(of: "= SUMMARY =").map { String(result.text[$0.lowerBound...]) } ?? ""
            #expect(end.contains("Test cases:"), "\(result.text.suffix(2_000))")
            #expect(!result.text.contains("= FAILURES =") && result.code == 0, "\(result.text.suffix(6_000))")
        }
    }

    @Test func `a client that is generated does what its methods say`() async throws {
        try await ResourceServer.run { api in
            let place = try Self.scratch()
            let document = Self.root.appending(path: "docs/reference/openapi.json").path
            let made = try await run(
                "openapi-python-client",
                ["generate", "--path", document, "--meta", "none", "--output-path", "\(place)/heddle_client"],
                in: place, atMost: .seconds(240))
            // Bodies that are no JSON are not for it.
            let warnings = made.text.split(separator: "\n").filter { $0.hasPrefix("WARNING") }
            let files = ["/v1/cdr/batches", "/v1/routing/sheets/{key}/imports"]
            #expect(
                warnings.allSatisfy { warning in files.contains { warning.contains($0) } }, "\(warnings.prefix(10))")
            try FileManager.default.copyItem(atPath: "\(Self.folder)/client_test.py", toPath: "\(place)/client_test.py")
            let result = try await run(
                "python3",
                ["client_test.py", "http://127.0.0.1:\(api.server.port)", api.key, api.mine.account.uuidString],
                in: place, atMost: .seconds(120))
            #expect(result.text.hasSuffix("fine\n"), "\(result.text.suffix(2_000))")
        }
    }
}
