import DequeModule
import NIOCore
import NIOHTTP1

/// Lets requests in that mean one thing to every program on their way (RFC 9112, section 11.2), answers each once, and
/// lets none in behind the last of a connection.
///
/// It stands between the decoder and everything else, because what comes behind sees no versions, and one Host alone.
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that is not answered yet.
    private struct Waiting {
        let isHTTP10: Bool
        let isHead: Bool
        let isLast: Bool
    }

    private let linger: TimeAmount
    private var waiting: Deque<Waiting> = []
    /// What came behind a request that is not answered yet, which may be the last one.
    private var held: Deque<HTTPServerRequestPart> = []
    /// Whether the body of the last request is still coming.
    private var isBodyOpen = false
    /// Nothing more is let in.
    private var isLast = false
    /// The next request is refused once those before it are answered.
    private var isRefused = false
    /// The answer that is being written is the last one, or one too many.
    private var isEnding = false
    private var isSpare = false
    /// It is that of a HEAD: whatever follows its head would be taken for the next one.
    private var isBodiless = false
    /// The decoder keeps whatever comes behind a request to speak another protocol, so nothing is read.
    private var isDeaf = false

    init(_ settings: HTTPSettings) { linger = TimeAmount(settings.refusedTime) }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if !held.isEmpty || !waiting.isEmpty && !isBodyOpen { held.append(part) } else { take(part, context) }
    }

    /// Lets the next request in, once the one before has its answer.
    private func takeHeld(_ context: ChannelHandlerContext) {
        while !held.isEmpty, waiting.isEmpty || isBodyOpen {
            guard let part = held.popFirst() else { return }
            take(part, context)
        }
        context.fireChannelReadComplete()
        if held.isEmpty { context.read() }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            guard !isLast else { return }
            guard Self.isPlain(head) else {
                (isLast, isRefused) = (true, true)
                if waiting.isEmpty { refuse(context) }
                return
            }
            isDeaf = head.method == .CONNECT || head.headers.contains(name: "upgrade")
            isLast = isDeaf || Self.isLast(head)
            isBodyOpen = true
            waiting.append(Waiting(isHTTP10: Self.isOld(head), isHead: head.method == .HEAD, isLast: isLast))
        case .body: guard isBodyOpen else { return }
        case .end:
            guard isBodyOpen else { return }
            isBodyOpen = false
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    func read(context: ChannelHandlerContext) {
        // What is held has its turn first: nobody fills memory with requests that wait.
        if isDeaf && !isBodyOpen || !held.isEmpty { return }
        context.read()
    }

    /// Whether its framing and its host can be read in one way only (RFC 9112, sections 3.2 and 6).
    private static func isPlain(_ head: HTTPRequestHead) -> Bool {
        let codings = head.headers[canonicalForm: "transfer-encoding"]
        guard codings.isEmpty || codings.count == 1 && codings[0].lowercased() == "chunked" else { return false }
        guard head.headers["transfer-encoding"].count == codings.count else { return false }
        guard codings.isEmpty || !isOld(head) else { return false }
        let hosts = head.headers["host"]
        guard hosts.count == 1 else { return hosts.isEmpty && isOld(head) }
        return hosts[0].utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && !"/?#@\\\"<>^`{|}".utf8.contains(byte)
        }
    }

    private static func isLast(_ head: HTTPRequestHead) -> Bool {
        isOld(head) || closes(head.headers)
    }

    private static func isOld(_ head: HTTPRequestHead) -> Bool {
        (head.version.major, head.version.minor) < (1, 1)
    }

    private static func closes(_ headers: HTTPHeaders) -> Bool {
        headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): write(head, context, promise)
        case .body:
            if isSpare || isBodiless { promise?.succeed() } else { context.write(data, promise: promise) }
        case .end:
            if isSpare {
                promise?.succeed()
            } else if isBodiless {
                // Not the chunk that ends a body: nothing, in its turn.
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: promise)
            } else {
                context.write(data, promise: promise)
            }
            if isEnding {
                held = []
                end(context)
            } else if isRefused, waiting.isEmpty {
                refuse(context)
            } else if !held.isEmpty {
                takeHeld(context)
            }
        }
    }

    private func write(_ head: HTTPResponseHead, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        var head = head
        if let request = waiting.popFirst() {
            isLast = isLast || request.isLast || Self.closes(head.headers)
            isEnding = request.isLast || Self.closes(head.headers)
            if request.isHTTP10 { head.version = .http1_0 }  // it knows no chunks
            isBodiless = request.isHead
            if isBodiless, head.headers.contains(name: "transfer-encoding") {
                head.headers.remove(name: "content-length")
                if request.isHTTP10 { head.headers.remove(name: "transfer-encoding") }
            }
        } else {
            // What could not be read. If it belongs to a request that has its answer, another would be taken for that
            // of the next one.
            isSpare = isBodyOpen || isEnding
            (isLast, isEnding, isBodiless) = (true, true, false)
        }
        guard !isSpare else {
            promise?.succeed()
            return
        }
        if isEnding { head.headers.replaceOrAdd(name: "connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    private func refuse(_ context: ChannelHandlerContext) {
        let headers: HTTPHeaders = ["connection": "close", "content-length": "0"]
        let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        isEnding = true
        end(context)
    }

    /// Says that no more is coming, and leaves the client the time to read what was said before it closes: closing
    /// while something unread lies there would take it away.
    private func end(_ context: ChannelHandlerContext) {
        context.flush()
        let channel = context.channel
        let loop = context.eventLoop
        let time = linger
        context.close(mode: .output).whenComplete { _ in
            loop.scheduleTask(in: time) { channel.close(promise: nil) }
        }
    }
}
