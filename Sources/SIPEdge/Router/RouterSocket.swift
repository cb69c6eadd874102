import Logging
import NIOCore
import SIP

/// The router's socket on its event loop: reads datagrams, and writes the replies of a moment together.
///
/// No call has a task of its own here: what can be answered at once is answered where it was read.
final class RouterSocket: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    /// Has replies made and sent by the event loop; may be called from any thread.
    typealias Sender = @Sendable (_ replies: @escaping @Sendable () -> [Reply]) -> Void

    private let server: RouterServer
    private let channel: any Channel
    /// Edges are few: who sent the last datagram nearly always sends the next.
    private var lastSource: (address: SocketAddress, endpoint: SIP.Endpoint, isAccepted: Bool)?
    private let isFlushDue: NIOLoopBoundBox<Bool>
    private let logger: Logger

    /// - Parameter channel: the one that this is a handler of; the caller is on its event loop.
    init(_ server: RouterServer, _ channel: any Channel, _ logger: Logger) {
        self.logger = logger
        self.server = server
        self.channel = channel
        isFlushDue = NIOLoopBoundBox(false, eventLoop: channel.eventLoop)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data)
        let (source, isAccepted) = source(datagram.remoteAddress)
        guard isAccepted else { return }
        server.receive(
            Array(datagram.data.readableBytesView), from: source, send: sender(to: datagram.remoteAddress, source))
    }

    /// The socket is read on: an error of one datagram, as when its sender is gone, is not one of the next.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("the router's socket: \(error)")
    }

    private func source(_ address: SocketAddress) -> (SIP.Endpoint, isAccepted: Bool) {
        if let lastSource, lastSource.address == address { return (lastSource.endpoint, lastSource.isAccepted) }
        let endpoint = SIP.Endpoint(host: address.ipAddress ?? "", port: UInt16(clamping: address.port ?? 0))
        let isAccepted = server.accepts(endpoint)
        lastSource = (address, endpoint, isAccepted)
        return (endpoint, isAccepted)
    }

    /// - Parameter remote: the same as `source`: where a request came from.
    private func sender(to remote: SocketAddress, _ source: SIP.Endpoint) -> Sender {
        let (channel, isFlushDue, logger) = (channel, isFlushDue, logger)
        @Sendable func write(_ replies: [Reply]) {
            for reply in replies {
                let isToSource = reply.destination == source
                let address = isToSource ? remote : Self.address(reply.destination, insteadOf: remote)
                let sent: EventLoopPromise<Void>? = isFlushDue.value ? nil : channel.eventLoop.makePromise()
                sent?.futureResult.whenFailure { logger.debug("a reply could not be sent: \($0)") }
                channel.write(
                    AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: reply.bytes)), promise: sent)
            }
            // Whoever is first has all flushed that are written until the loop comes to it.
            if isFlushDue.value { return }
            isFlushDue.value = true
            channel.eventLoop.execute {
                isFlushDue.value = false
                channel.flush()
            }
        }
        return { replies in
            if channel.eventLoop.inEventLoop {
                write(replies())
            } else {
                channel.eventLoop.execute { write(replies()) }
            }
        }
    }

    /// A port 0 in Via is nobody's: to send there is an error of the socket, not only of this reply.
    static func address(_ destination: SIP.Endpoint, insteadOf remote: SocketAddress) -> SocketAddress {
        let port = destination.port == 0 ? remote.port : Int(destination.port)
        return (try? SocketAddress(ipAddress: destination.host, port: port ?? 5060)) ?? remote
    }
}
