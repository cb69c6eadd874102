import Foundation
import Glibc
import Postgres
import Processes
import Services
import TestSupport
import Testing

extension EndToEndTests {
    /// What sends events to webhooks is killed while it sends.
    @Suite(.database, .serialized) struct WebhookCrashTests {
        private let database: TestDatabase
        private let line: TestCommandLine
        private let rounds = Soak.count(short: 3, long: 30)
        private let events = Soak.count(short: 300, long: 3_000)
        private static let keys = 5

        init() throws {
            database = try TestDatabase.suite
            line = TestCommandLine(database)
        }

        @Test(.timeLimit(.minutes(20)))
        func `each event comes at least once, under one id, and those of a key in their order`() async throws {
            try await SeedDemo(database.owner)()
            try await WebhookReceiver.run { receiver in
                let log = TestCommandLine.scratch()
                defer {
                    for path in [log, "\(log).data"] {
                        try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
                    }
                }
                let http = "127.0.0.1:\(try FreePorts.take())"
                func serve() async throws -> RunningProcess {
                    let settings = [
                        "HEDDLE_HTTP": http, "HEDDLE_WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128",
                        "HEDDLE_WEBHOOK_ROOTS": receiver.certificate,
                    ]
                    let server = try await line.start(["serve", "--role", "api,worker"], settings, output: log)
                    try await until("it serves", within: .seconds(60)) {
                        try await line.run(["-fsS", "http://\(http)/readyz"], program: "/usr/bin/curl").code == 0
                    }
                    return server
                }
                var server = try await serve()
                try await makeWebhook(http, "https://localhost:\(receiver.port)/ok")
                try await tell()
                for round in 1...rounds {
                    let wanted = events * round / (rounds + 1)
                    try await until("\(wanted) events came", within: .seconds(120)) {
                        try sent(receiver).count >= wanted
                    }
                    await server.stop(signal: SIGKILL)
                    server = try await serve()
                    try await forgetLeases()
                }
                try await until("all events came", within: .seconds(300)) {
                    Set(try sent(receiver).map(\.id)).count >= events
                }
                await server.stop()
                try judge(try sent(receiver))
            }
        }

        private func makeWebhook(_ http: String, _ url: String) async throws {
            let made = try await line.run([
                "api", "key", "create", "hooks", "--tenant", "tidewater", "--scope", "integration:write", "--json",
            ])
            let key = try #require(made.output.firstMatch(of: /"key":"(hk_[^"]+)"/), "\(made.output)").output.1
            let body = #"{"name":"crash","url":"\#(url)","event_types":["call.rated"]}"#
            let answer = try await line.run(
                [
                    "-sS", "--fail-with-body", "-H", "Authorization: Bearer \(key)", "-H",
                    "Content-Type: application/json", "-d", body, "http://\(http)/v1/integration/webhooks",
                ], program: "/usr/bin/curl")
            try #require(answer.code == 0, "\(answer.output)")
        }

        /// Events of several keys, each numbered.
        private func tell() async throws {
            try await database.owner.run(
                """
                insert into integration.events (tenant_id, id, type, subject, ordering_key, payload)
                select \(SeedDemo.tenant), core.uuid_v7(), 'call.rated', 'cdr.enriched_cdr',
                       'crash-' || n % \(Self.keys),
                       jsonb_build_object('key', n % \(Self.keys), 'number', n)
                  from generate_series(1, \(events)) n
                """)
        }

        /// What the killed one had taken is waited for until its time is over; here that is now.
        private func forgetLeases() async throws {
            try await database.owner.run(
                "update integration.deliveries set next_attempt_at = now() where status = 'pending'")
            try await database.owner.run(
                "update integration.webhooks set breaker_retry_at = now() where breaker <> 'closed'")
        }

        private func sent(_ receiver: WebhookReceiver) throws -> [NumberedEvent] {
            try receiver.received.map { try JSONDecoder().decode(NumberedEvent.self, from: Data($0.body.utf8)) }
        }

        private func judge(_ sent: [NumberedEvent]) throws {
            var ids: [Int: Set<String>] = [:]
            var firsts: [Int: [Int]] = [:]
            for one in sent {
                if ids[one.data.number] == nil { firsts[one.data.key, default: []].append(one.data.number) }
                ids[one.data.number, default: []].insert(one.id)
            }
            #expect(ids.count == events)
            #expect(ids.values.allSatisfy { $0.count == 1 }, "each under one id")
            for (key, numbers) in firsts { #expect(numbers == numbers.sorted(), "key \(key)") }
        }
    }
}

/// An event of a test, and what it says.
private struct NumberedEvent: Decodable {
    struct Payload: Decodable {
        let key: Int
        let number: Int
    }

    let id: String
    let data: Payload
}
