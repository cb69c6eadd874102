import Foundation
import Processes
import Services
import TestSupport
import Testing

extension EndToEndTests {
    /// Ten thousand connections are held, some of them by slow clients, while others come and go. `make test` has the
    /// short form: ManyConnectionsSoakTests.
    @Suite(.database, .serialized, .enabled(if: Soak.isLong, "it holds 10,000 connections for minutes"))
    struct HeldConnectionsSoakTests {
        private let database: TestDatabase
        private let line: TestCommandLine
        private static let connections = 10_000
        private static let slow = 200
        private static let seconds = 150
        /// What an answer takes that a client leaves unread: the API's document has 3 MB.
        private static let unreadBytes = slow / 4 * 4 << 20

        init() throws {
            database = try TestDatabase.suite
            line = TestCommandLine(database)
        }

        /// What was seen while they were held once; bytes and files are those of the server.
        private struct Round: Decodable {
            let held: Int
            let asked: Int
            let fine: Int
            let failed: Int
            let dropped: Int
            let late: Int
            let visits: Int
            let visitsFine: Int
            let shownOut: Int
            let lasting: Int
            let slowestS: Double
            let before: Int
            let full: Int
            let after: Int
            let filesBefore: Int
            let filesFull: Int
            let filesAfter: Int
        }

        /// A certificate for localhost that signs itself.
        private func certificate(_ place: String) async throws -> (certificate: String, key: String) {
            let files = (certificate: "\(place).certificate", key: "\(place).key")
            let made = try await line.run(
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", files.key,
                    "-out", files.certificate,
                ], program: "/usr/bin/openssl")
            try #require(made.code == 0, "\(made.output)")
            return files
        }

        private func key() async throws -> String {
            let made = try await line.run(
                ["api", "key", "create", "held", "--tenant", "tidewater", "--per-minute", "6000", "--json"]
                    + ["--scope", "accounts:read"])
            return String(try #require(made.output.firstMatch(of: /"key":"(hk_[^"]+)"/), "\(made.output)").output.1)
        }

        /// Serves, plays the clients, and stops.
        private func play(isEncrypted: Bool) async throws -> [Round] {
            try await SeedDemo(database.owner)()
            let log = TestCommandLine.scratch()
            let files = try await certificate(log)
            defer {
                for path in [log, "\(log).data", files.certificate, files.key] {
                    try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
                }
            }
            let port = try FreePorts.take()
            var settings = [
                "HEDDLE_HTTP": "127.0.0.1:\(port)",
                "HEDDLE_HTTP_CONNECTIONS": "\(Self.connections + Self.slow + 1_000)",
            ]
            if isEncrypted {
                settings["HEDDLE_HTTP_CERTIFICATE"] = files.certificate
                settings["HEDDLE_HTTP_KEY"] = files.key
            }
            let server = try await line.start(["serve", "--role", "api"], settings, output: log)
            try await until("the API is served", within: .seconds(60)) {
                TestHeddle.text(log).contains("heddle is running")
            }
            let told = try await PythonClients.play(
                "held.py",
                [
                    "\(port)", "\(Self.connections)", "\(Self.slow)", "\(Self.seconds)", "\(server.pid)",
                    try await key(), isEncrypted ? files.certificate : "-",
                ], atMost: .seconds(2_700))
            await server.stop()
            #expect(!TestHeddle.text(log).contains(" connections at a time, not "), "\(TestHeddle.tail(log))")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode([Round].self, from: Data(told.utf8))
        }

        /// What a connection may cost: more by TLS, which keeps keys and buffers of its own. One had 14 KiB, and 49 KiB
        /// by TLS, on 2026-11-28.
        @Test(.timeLimit(.minutes(50)), arguments: [(false, 28 << 10), (true, 80 << 10)])
        func `whoever holds a connection is answered, and when all have gone nothing of theirs is left`(
            _ isEncrypted: Bool, _ bytesOfOne: Int
        ) async throws {
            let rounds = try await play(isEncrypted: isEncrypted)
            #expect(rounds.count == 2)
            let bound = (Self.connections + Self.slow) * bytesOfOne + Self.unreadBytes
            for round in rounds {
                #expect(round.held == Self.connections, "\(round)")
                #expect(round.fine + round.failed <= round.asked && round.fine > 5 * Self.connections, "\(round)")
                #expect(round.failed == 0 && round.dropped == 0 && round.late == 0, "\(round)")
                #expect(round.visits > 100 && round.visits - round.visitsFine <= 3, "some were under way: \(round)")
                #expect(round.shownOut > 0 && round.lasting == 0, "\(round)")
                #expect(round.filesFull > Self.connections && round.filesAfter <= round.filesBefore, "\(round)")
                #expect(round.full - round.before < bound, "grew by \((round.full - round.before) >> 10) KiB")
                #expect(round.after - round.full < bound / 4, "\((round.after - round.full) >> 10) KiB more")
            }
            // What the first ones cost is there for the next ones.
            let (first, last) = (try #require(rounds.first), try #require(rounds.last))
            let more = last.full - first.full
            #expect(more < bound / 4, "\(more >> 10) KiB more")
        }
    }
}
