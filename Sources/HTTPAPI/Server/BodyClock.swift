import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request body comes too slowly: whoever sends a byte now and then would hold it for ever,
/// and whoever sends no faster than it must, for hours. So there is an end however steadily it comes, too.
final class BodyClock: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let start: Duration
    private let longest: Duration
    private let leastBytesPerSecond: Int
    private var body: (began: NIODeadline, bytes: Int)?
    private var check: Scheduled<Void>?

    private static let interval = TimeAmount.seconds(1)

    init(_ settings: HTTPSettings) {
        start = settings.bodyTime
        longest = settings.mostBodyTime
        leastBytesPerSecond = max(settings.leastBytesPerSecond, 1)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            body = (.now(), 0)
            if check == nil { checkLater(context) }
        case .body(let buffer): body?.bytes += buffer.readableBytes
        case .end: body = nil
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func stop() {
        check?.cancel()
        check = nil
        body = nil
    }

    private func checkLater(_ context: ChannelHandlerContext) {
        check = context.eventLoop.assumeIsolated().scheduleTask(in: Self.interval) {
            self.check = nil
            guard let body = self.body else { return }
            let earned = TimeAmount(self.start) + .seconds(Int64(body.bytes / self.leastBytesPerSecond))
            if NIODeadline.now() - body.began > min(earned, TimeAmount(self.longest)) {
                context.close(promise: nil)
            } else {
                self.checkLater(context)
            }
        }
    }
}
