import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Services

/// `GET /v1/stream`: what is, and then what changes, as server-sent events (HTML, section 9.2). A stream has an end;
/// its client comes back, of events with the id of the last one.
struct LiveStream: Sendable {
    private let api: HTTPServices
    private let lasting: LastingCallers
    private let settings: HTTPSettings
    private let places: Places

    init(_ api: HTTPServices, _ lasting: LastingCallers, _ settings: HTTPSettings) {
        self.api = api
        self.lasting = lasting
        self.settings = settings
        places = Places(settings.mostStreams, ofOne: settings.mostStreamsOfOne)
    }

    func add(to group: RouterGroup<APIContext>) {
        group.get("stream") { try await begin($0, $1) }
    }

    private static let parameters: [VerbField] = [
        .init("of", .texts(StreamTopic.allCases.count, 1...20), "What the stream is of."),
        .optional("types", .texts(100, 1...100), "Only events of these types."),
    ]

    private func begin(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let caller = context.caller else { throw Problem.noKey }
        let scope = context.scope(of: caller)
        let input = try VerbInput(try QueryParameters.of(request), Self.parameters)
        let topics = try Self.topics(input, caller)
        let types = try Self.types(input)
        let last = try Self.place(request)
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream"
        headers[.accelBuffering] = "no"
        headers[.connection] = "close"  // nothing comes behind it
        if request.method == .head { return Response(status: .ok, headers: headers, body: .unwritten) }
        try takePlace(for: caller.tenant)
        let place = HeldPlace(places, caller.tenant)
        var follow = FollowChanges(api.app, topics, types: types, after: last, scope)
        // Before anything is answered: what the database cannot do is a problem, and no stream.
        let first = try await follow.next()
        let listener = lasting.lasting(caller, context, needs: topics.map(\.permissions))
        let stream = StreamWriting(follow, first, topics, listener, settings)
        let body = ResponseBody { writer in
            defer { place.giveBack() }
            let client = StreamClient()
            try await request.body.consumeWithInboundCloseHandler { _ in
                var stream = stream
                try await stream.write(to: &writer, while: client)
            } onInboundClosed: {
                client.hasGone()
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    // MARK: What is asked for

    /// - Throws: `Problem` when one is no topic, or the caller may not see it.
    private static func topics(_ input: VerbInput, _ caller: APICaller) throws(Problem) -> Set<StreamTopic> {
        var topics: Set<StreamTopic> = []
        for name in input.texts("of") {
            guard let topic = StreamTopic(rawValue: name) else {
                let known = StreamTopic.allCases.map(\.rawValue).joined(separator: ", ")
                throw .wrong("of", name, expected: "some of \(known), with commas between")
            }
            guard !caller.scopes.isDisjoint(with: topic.permissions) else {
                throw .lacking(topic.permissions.joined(separator: " or "), caller)
            }
            if topic.isOfStaff, caller.account != nil { throw .staffOnly(name) }
            topics.insert(topic)
        }
        guard !topics.isEmpty else { throw .wrong("of", "", expected: "a topic") }
        return topics
    }

    /// - Throws: `Problem` when one is no type as webhooks have them.
    private static func types(_ input: VerbInput) throws(Problem) -> [String] {
        let types = input.texts("types")
        for type in types where type.wholeMatch(of: /\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.(\*|[a-z0-9_]+)/) == nil {
            throw .wrong("types", type, expected: "types like invoice.paid, invoice.* or *")
        }
        return types
    }

    /// - Throws: `Problem` when it is none that a stream has given.
    private static func place(_ request: Request) throws(Problem) -> StreamPlace? {
        guard let text = request.headers[.lastEventID], !text.isEmpty else { return nil }
        guard let place = StreamPlace(text) else {
            throw .wrong("Last-Event-ID", text, expected: "the id of an event, as the stream gave it")
        }
        return place
    }

    private func takePlace(for tenant: UUID) throws(Problem) {
        switch places.take(for: tenant) {
        case .taken: return
        case .fullOfOwn:
            throw .busy(
                .tooManyRequests, "the operator has \(settings.mostStreamsOfOne) streams; end one, or try again later")
        case .full: throw .busy(.serviceUnavailable, "there are \(settings.mostStreams) streams; try again later")
        }
    }
}

extension HTTPField.Name {
    static let lastEventID = Self("Last-Event-ID") ?? .date
    /// Proxies that would gather an answer before they pass it on read it.
    fileprivate static let accelBuffering = Self("X-Accel-Buffering") ?? .date
}
