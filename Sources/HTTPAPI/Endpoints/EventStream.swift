import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Services
import Synchronization

/// An answer that is told in parts while it is worked on: server-sent events (WHATWG HTML, section 9.2), so many of
/// progress and one last, `result` or `problem`.
final class EventStream: Sendable {
    private let latest = Mutex<ByteBuffer?>(nil)
    private let last = Mutex<ByteBuffer?>(nil)

    /// How often it is told how far it is.
    private static let interval = Duration.seconds(1)

    /// - Parameters:
    ///   - problems: says what went wrong.
    ///   - work: is given where to tell how far it is.
    static func response(
        _ problems: Problems, _ work: @escaping @Sendable (EventStream) async throws -> Void
    ) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
        let body = ResponseBody { writer in
            let events = EventStream()
            var hasGone = false
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        try await work(events)
                    } catch {
                        events.end("problem", problems.of(error).json(problems.requestID))
                    }
                    return true
                }
                group.addTask { try await pause() }
                // It is done, and its answer kept, also when whoever asked has gone.
                while let isDone = try await group.next(), !isDone {
                    let part = events.latest.withLock { $0.take() } ?? ByteBuffer(string: ": alive\n\n")
                    if !hasGone {
                        do { try await writer.write(part) } catch { hasGone = true }
                    }
                    group.addTask { try await pause() }
                }
                group.cancelAll()
            }
            if hasGone { return }
            if let next = events.last.withLock({ $0.take() }) { try await writer.write(next) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func pause() async throws -> Bool {
        try await Task.sleep(for: interval)
        return false
    }

    /// Tells how far it is; what is told before it was sent is not sent.
    func offer(_ name: String, _ json: String) { latest.withLock { $0 = Self.event(name, json) } }

    /// Tells how it ended.
    func end(_ name: String, _ json: String) { last.withLock { $0 = Self.event(name, json) } }

    private static func event(_ name: String, _ json: String) -> ByteBuffer {
        let line = json.replacing("\n", with: "")
        return ByteBuffer(string: "event: \(name)\ndata: \(line)\n\n")
    }
}
