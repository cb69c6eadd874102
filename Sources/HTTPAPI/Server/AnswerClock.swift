import NIOCore

/// Closes a connection whose client does not read what it is answered: its answers would wait in memory, and it would
/// keep the connection, for as long as it likes.
final class AnswerClock: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let limit: TimeAmount
    private var end: Scheduled<Void>?

    init(_ settings: HTTPSettings) { limit = TimeAmount(settings.answerTime) }

    /// It is not writable while more waits than the channel's mark, and again when most of that has gone.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stop()
        } else if end == nil {
            let channel = context.channel
            end = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func stop() {
        end?.cancel()
        end = nil
    }
}
