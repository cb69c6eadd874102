import HummingbirdCore
import NIOCore
import Postgres
import ServiceLifecycle
import Services
import Synchronization

/// Writes a stream while it lasts. What waits to be read is one part of what one look found: nothing is looked for
/// before the client's connection has taken that. (The writers of Hummingbird work on the common pool, and cannot be
/// sent there from elsewhere: so what is given one works there.)
struct StreamWriting: Sendable {
    private var follow: FollowChanges
    private let first: [StreamMessage]
    private let topics: Set<StreamTopic>
    private var listener: LastingCaller
    private let settings: HTTPSettings

    /// How many bytes are written at once, but for what one message has.
    private static let mostBytes = 32 << 10

    init(
        _ follow: FollowChanges, _ first: [StreamMessage], _ topics: Set<StreamTopic>, _ listener: LastingCaller,
        _ settings: HTTPSettings
    ) {
        self.follow = follow
        self.first = first
        self.topics = topics
        self.listener = listener
        self.settings = settings
    }

    /// Why a stream ends, as its client is told.
    private enum End: String {
        /// It has lasted as long as one may.
        case time
        /// The server stops.
        case stopping
        /// The key or the session is not valid any more.
        case key
        /// They are, and do not permit it any more.
        case permission
        /// The database does not answer.
        case unavailable
    }

    /// - Throws: when nobody reads it any more.
    @concurrent mutating func write(
        to writer: inout any ResponseBodyWriter, while client: StreamClient
    ) async throws {
        try await Self.write("retry: \(settings.streamRetryMilliseconds)\n\n", to: &writer)
        try await Self.write(first, to: &writer)
        let current = JSONWriter.object { json in
            json.array("topics") { json in
                for topic in StreamTopic.allCases where topics.contains(topic) { json.text(nil, topic.rawValue) }
            }
        }
        try await Self.write("event: stream.current\ndata: \(current)\n\n", to: &writer)
        guard let end = try await changes(to: &writer, while: client) else { return }
        let reason = JSONWriter.object { json in json.text("reason", end.rawValue) }
        try await Self.write("event: stream.ended\ndata: \(reason)\n\n", to: &writer)
    }

    /// - Returns: why it has to end; `nil` when the client has gone.
    @concurrent private mutating func changes(
        to writer: inout any ResponseBodyWriter, while client: StreamClient
    ) async throws -> End? {
        let ends = ContinuousClock.now + settings.streamTime
        var writtenAt = ContinuousClock.now
        while true {
            if !follow.hasMore { try await Task.sleep(for: settings.streamPause) }
            let now = ContinuousClock.now
            if client.isGone { return nil }
            if Task.isShuttingDownGracefully { return .stopping }
            if now >= ends { return .time }
            if let end = try await end() { return end }
            guard let messages = try await look() else { return .unavailable }
            if !messages.isEmpty {
                try await Self.write(messages, to: &writer)
                writtenAt = now
            } else if now - writtenAt >= settings.streamAliveTime {
                try await Self.write(": alive\n\n", to: &writer)
                writtenAt = now
            }
        }
    }

    private mutating func end() async throws -> End? {
        do {
            switch try await listener.endInTime() {
            case nil: return nil
            case .caller?: return .key
            case .permission?: return .permission
            }
        } catch is PostgresError {
            return .unavailable
        }
    }

    /// - Returns: `nil` when the database does not say.
    private mutating func look() async throws -> [StreamMessage]? {
        do {
            return try await follow.next()
        } catch is PostgresError {
            return nil
        } catch is ResourceFault {
            return nil
        }
    }

    // MARK: Writing

    @concurrent private static func write(
        _ messages: [StreamMessage], to writer: inout any ResponseBodyWriter
    ) async throws {
        var part = ByteBuffer()
        for message in messages {
            if let place = message.place { part.writeString("id: \(place.text)\n") }
            part.writeString("event: \(message.name)\ndata: \(message.data)\n\n")
            if part.readableBytes < mostBytes { continue }
            try await writer.write(part)
            part = ByteBuffer()
        }
        if part.readableBytes > 0 { try await writer.write(part) }
    }

    @concurrent private static func write(
        _ text: String, to writer: inout any ResponseBodyWriter
    ) async throws {
        try await writer.write(ByteBuffer(string: text))
    }
}

/// Whoever reads a stream, until it has gone.
final class StreamClient: Sendable {
    private let gone = Mutex(false)

    var isGone: Bool { gone.withLock { $0 } }

    func hasGone() { gone.withLock { $0 = true } }
}
