import Foundation
import Logging
import NIOHTTP1
import Postgres
import Services
import Synchronization
import TestSupport
import Testing

@testable import HTTPAPI

/// Requests that belong to a trace of whoever sends them.
@Suite(.database) struct TraceTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let header = "00-\(trace)-b7ad6b7169203331-01"

    /// Makes an account in a request with these headers.
    /// - Returns: the trace in the log of requests, the one of its event, and whether both are of one request.
    private func kept(
        _ api: ResourceServer, _ headers: [(String, String)]
    ) async throws -> (log: String?, event: String?, isOne: Bool) {
        let ban = String(UUID().uuidString.filter(\.isHexDigit).prefix(12))
        let made = try await api.send(.POST, "/v1/accounts/accounts", #"{"ban":"\#(ban)","name":"N"}"#, headers)
        #expect(made.status == 201, "\(made.text)")
        let id = try #require(UUID(uuidString: try made.member("id")))
        let database = api.server.database
        let event = try await database.owner.run(
            """
            select request_id, traceparent from integration.events
             where tenant_id = \(api.mine.id) and subject_id = \(id) and type = 'account.created'
            """
        ).first(UUID.self, String?.self)
        let (request, trace) = try #require(event)
        #expect(made.headers.first(name: "Request-Id") == request.uuidString.lowercased())
        var rows: [String?] = []
        for _ in 0..<50 where rows.isEmpty {
            try await Task.sleep(for: .milliseconds(100))
            rows = try await database.owner.run(
                """
                select trace_id from audit.api_request_log where tenant_id = \(api.mine.id) and id = \(request)
                """
            ).decode(String?.self)
        }
        return (rows.first.flatMap { $0 }, trace, rows.count == 1)
    }

    @Test func `the log of requests has the trace, and events hand on the span`() async throws {
        try await ResourceServer.run { api in
            let kept = try await self.kept(api, [("traceparent", Self.header)])
            #expect(kept.log == Self.trace && kept.event == Self.header && kept.isOne)
        }
    }

    @Test func `what is no trace, or two of them, is passed over`() async throws {
        try await ResourceServer.run { api in
            let cut = String(Self.header.dropLast())
            for values in [[cut], [Self.header, Self.header]] {
                let kept = try await self.kept(api, values.map { ("traceparent", $0) })
                #expect(kept.log == nil && kept.event == nil && kept.isOne)
            }
        }
    }

    @Test func `requests of a trace are found by it`() async throws {
        try await ResourceServer.run { api in
            let headers = [("traceparent", Self.header)]
            for path in ["/v1/accounts/accounts", "/v1/accounts/contacts?nope=1"] {
                _ = try await api.get(path, headers)
            }
            _ = try await api.get("/v1/accounts/accounts")
            var found: [String] = []
            for _ in 0..<50 where found.count < 2 {
                try await Task.sleep(for: .milliseconds(100))
                let list = try await api.get("/v1/audit/api_request_log?trace_id=\(Self.trace)&order=requested_at")
                found = try list.column("status_code")
            }
            #expect(found == ["200", "400"])
        }
    }

    /// Keeps what is said beside the words of a line.
    private struct MetadataLog: LogHandler {
        private final class Lines: Sendable {
            let all = Mutex<[Logger.Metadata?]>([])
        }

        private let lines = Lines()
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        var said: [Logger.Metadata?] { lines.all.withLock { $0 } }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.all.withLock { $0.append(event.metadata) } }
    }

    @Test func `a line of the log about a request says its trace`() throws {
        struct Broken: Error {}
        let log = MetadataLog()
        let logger = Logger(label: "test") { _ in log }
        for trace in [TraceParent(Self.header), nil] {
            #expect(Problems(UUID(), of: trace, "/x", logger).of(Broken()).kind == "failed")
        }
        #expect(log.said.map { $0?["trace_id"] } == [.string(Self.trace), nil])
    }
}
