import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import Synchronization
import TestSupport

/// A stream that is read while a test goes on.
final class OpenStream: Sendable {
    /// What came between two empty lines.
    struct Message: Sendable, Equatable {
        var id: String?
        var name = ""
        var data = JSONValue.null
        /// What is a comment, or about the stream itself.
        var rest: [String] = []
    }

    private let state = Mutex((messages: [Message](), hasEnded: false))

    var messages: [Message] { state.withLock { $0.messages } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    /// The messages of a name.
    func named(_ name: String) -> [Message] { messages.filter { $0.name == name } }
    /// The types of the events that came.
    var types: [String] { named("event").map { $0.data["type"]?.shown ?? "" } }

    /// Opens a stream, and waits until it has told what is.
    static func read(
        _ query: String, key: String, headers: [(String, String)] = [], of server: TestServer,
        _ body: @escaping @Sendable (OpenStream) async throws -> Void
    ) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/v1/stream?\(query)")
        request.headers = HTTPHeaders(headers + [("Authorization", "Bearer \(key)")])
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
        guard response.status == .ok, response.headers.first(name: "Content-Type") == "text/event-stream" else {
            throw Refused(status: Int(response.status.code))
        }
        let stream = OpenStream()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await stream.read(response.body)
                return false
            }
            group.addTask {
                try await until("the stream told what is") { !stream.named("stream.current").isEmpty }
                try await body(stream)
                return true
            }
            while let isBody = try await group.next() {
                if isBody { group.cancelAll() }
            }
        }
    }

    /// What came instead of a stream.
    struct Refused: Error { let status: Int }

    private func read(_ body: HTTPClientResponse.Body) async {
        var text = ""
        do {
            for try await part in body {
                text += String(buffer: part)
                while let end = text.range(of: "\n\n") {
                    let message = Self.message(String(text[..<end.lowerBound]))
                    text.removeSubrange(..<end.upperBound)
                    state.withLock { $0.messages.append(message) }
                }
            }
        } catch {
            // Broken off: by the test, or by the server.
        }
        state.withLock { $0.hasEnded = true }
    }

    private static func message(_ text: String) -> Message {
        var message = Message()
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1]) : ""
            switch parts[0] {
            case "id": message.id = value
            case "event": message.name = value
            case "data": message.data = (try? JSONValue(Array(value.utf8))) ?? .text("no JSON: \(value)")
            default: message.rest.append(String(line))
            }
        }
        return message
    }
}

extension TestOperator {
    /// Writes an event, which is told of once it is dispatched.
    func event(_ type: String, account: UUID? = nil, padding: Int = 0, count: Int = 1) async throws {
        try await database.owner.run(
            """
            insert into integration.events (tenant_id, account_id, type, subject, ordering_key, payload)
            select \(id), \(account), \(type), 'billing.invoices', 'x',
                   jsonb_build_object('number', n, 'padding', repeat('x', \(padding)::integer))
              from generate_series(1, \(count)) n
            """)
    }

    /// Dispatches all there is of the operator's, also when another test is at it.
    func dispatch() async throws {
        try await until("all is dispatched") {
            while try await DispatchEvents(database.engine)() > 0 {}
            return try await database.owner.run(
                "select count(*) from integration.events where tenant_id = \(id) and dispatched_at is null"
            ).value(Int.self) == 0
        }
    }

    /// A call that was given routes.
    func call(_ callID: UUID, account: UUID? = nil) async throws {
        try await database.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                  source, direction, state, account_id, to_number, code,
                                                  snapshot_version)
            values (\(id), now(), \(callID), \(callID), 'x', 'x', 'x', 'x', 'outbound', 'open',
                    \(account ?? self.account), '+442079460958', 200, 1)
            """)
    }
}
