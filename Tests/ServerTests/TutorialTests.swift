import Foundation
import Processes
import Services
import TestSupport
import Testing

extension EndToEndTests {
    /// What `docs/howto` says is what somebody who is new can do.
    @Suite(.database, .serialized) struct TutorialTests {
        private let database: TestDatabase
        private let line: TestCommandLine

        init() throws {
            database = try TestDatabase.suite
            line = TestCommandLine(database)
        }

        private static let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/howto/first-customer.md").standardized

        /// The parts of the page that are to be typed.
        private static func script() throws -> String {
            let text = try String(contentsOf: page, encoding: .utf8)
            let parts = text.matches(of: /```sh\n((?s).*?)```/).map { String($0.output.1) }
            return (["set -euo pipefail"] + parts).joined(separator: "\n")
        }

        @Test func `a customer, a trunk, a deck, a call and an invoice are made with curl`() async throws {
            try await SeedDemo(database.owner)()
            let log = TestCommandLine.scratch()
            defer {
                for path in [log, "\(log).data"] {
                    try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
                }
            }
            let address = "127.0.0.1:\(try FreePorts.take())"
            let server = try await line.start(
                ["serve", "--role", "api,worker"], ["HEDDLE_HTTP": address], output: log)
            try await until("the API is served", within: .seconds(60)) {
                TestHeddle.text(log).contains("heddle is running")
            }
            let scopes = ["accounts", "billing", "routing", "cdr"].flatMap { ["\($0):read", "\($0):write"] }
            let made = try await line.run(
                ["api", "key", "create", "tutorial", "--tenant", "tidewater", "--per-minute", "6000", "--json"]
                    + scopes.flatMap { ["--scope", $0] })
            let key = try #require(made.output.firstMatch(of: /"key":"(hk_[^"]+)"/), "\(made.output)").output.1
            let told = try await line.run(
                ["-c", try Self.script()], ["HEDDLE": "http://\(address)", "KEY": String(key)], program: "/bin/bash")
            await server.stop()
            #expect(told.code == 0, "\(told.output.suffix(3_000))")
            #expect(told.output.contains("1\tLighthouse Telecom / Lighthouse LON\tchosen"), "\(told.output)")
            #expect(told.output.contains(#""sell_amount": "0.07000000""#), "\(told.output)")
            #expect(told.output.contains(/invoice TW-[0-9]+ of 90.0000 USD is paid/), "\(told.output)")
        }
    }
}
