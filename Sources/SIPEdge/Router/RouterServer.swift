import Foundation
package import Logging
import NIOCore
import NIOPosix
import SIP
import Synchronization

/// The router's UDP socket: a SIP redirect server that the edge asks for every INVITE.
///
/// The edge retransmits and so does the transaction layer here: a lost datagram costs an eighth of a second, never a
/// call that is decided twice.
package final class RouterServer: Sendable {
    private let address: SocketAddress
    private let router: Router
    private let logger: Logger
    /// Goes into the To tags, so that nobody can guess them.
    private let salt: UInt64
    private let state: Mutex<ServerTransactions>
    private let start = ContinuousClock.now
    /// How long answers took.
    package let latencies = LatencyHistogram()

    private typealias Datagram = AddressedEnvelope<ByteBuffer>
    private typealias Outbound = NIOAsyncChannelOutboundWriter<Datagram>

    /// How often transactions are looked at for time-outs.
    private static let tick = Duration.milliseconds(50)
    private static let receiveBufferBytes = 4 << 20

    /// - Parameter port: 0 takes a free one.
    package init(host: String, port: Int, router: Router, logger: Logger) throws {
        address = try SocketAddress(ipAddress: host, port: port)
        self.router = router
        self.logger = logger
        salt = .random(in: 0 ... .max)
        state = Mutex(ServerTransactions(salt: salt))
    }

    /// Serves until the task is cancelled.
    /// - Parameter listening: hears the port once the socket is bound.
    /// - Throws: when the port is taken.
    package func run(listening: @Sendable (Int) -> Void) async throws {
        var channel = try await bind(to: address)
        let bound = channel.channel.localAddress ?? address
        listening(bound.port ?? 0)
        while true {
            do {
                try await serve(channel)
            } catch {
                guard !Task.isCancelled else { throw error }
                logger.error("the router's socket failed and is opened again: \(error)")
            }
            // One send that fails, as on a network that is down, closes the socket: without another one the router
            // would be deaf. Transactions are kept, and the edge asks again.
            try await Task.sleep(for: Self.tick)
            channel = try await bind(to: bound)
        }
    }

    private func bind(to address: SocketAddress) async throws -> NIOAsyncChannel<Datagram, Datagram> {
        do {
            return try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.socketOption(.so_rcvbuf), value: Self.receiveBufferBytes)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
                .channelOption(.datagramVectorReadMessageCount, value: 16)
                .bind(to: address) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<Datagram, Datagram>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw EdgeError("the router cannot listen on \(address): \(error); choose another port in HEDDLE_ROUTERS")
        }
    }

    /// Serves until the socket fails or the task is cancelled.
    private func serve(_ channel: NIOAsyncChannel<Datagram, Datagram>) async throws {
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await self.keepTime(outbound) }
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { calls in
                        for try await datagram in inbound {
                            let actions = self.receive(datagram)
                            let remote = datagram.remoteAddress
                            if actions.isEmpty { continue }
                            calls.addTask { await self.perform(actions, remote, outbound) }
                        }
                    }
                    throw EdgeError("the socket was closed")
                }
            }
        }
    }

    private var now: Moment {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Moment(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// What is to be done about a datagram.
    private func receive(_ datagram: Datagram) -> [TransactionAction] {
        let remote = datagram.remoteAddress
        let source = SIP.Endpoint(host: remote.ipAddress ?? "", port: UInt16(clamping: remote.port ?? 0))
        guard router.accepts(source) else { return [] }
        switch Message.parse(Array(datagram.data.readableBytesView), from: source) {
        case .request(let request):
            return state.withLock { $0.receive(request, at: now) }
        case .refused(let refusal):
            return [.send(refusal.reply(salt: salt))]
        case .response, .keepAlive, .unusable:
            return []
        }
    }

    private func perform(_ actions: [TransactionAction], _ remote: SocketAddress, _ outbound: Outbound) async {
        for action in actions {
            switch action {
            case .send(let reply): await send(reply, remote, outbound)
            case .deliver(let request, let id):
                let began = ContinuousClock.now
                let content: ReplyContent
                if let immediate = router.immediateReply(to: request) {
                    content = immediate
                } else {
                    content = await router.reply(to: request)
                }
                let replies = state.withLock { $0.respond(to: id, with: content, at: now) }
                await perform(replies, remote, outbound)
                latencies.record(ContinuousClock.now - began)
            case .cancelled, .abandoned, .unacknowledged: break  // the edge's CDR settles what was held
            }
        }
    }

    private func send(_ reply: Reply, _ remote: SocketAddress, _ outbound: Outbound) async {
        // A port 0 in Via is nobody's: to send there is an error of the socket, not only of this reply.
        let port = reply.destination.port == 0 ? remote.port : Int(reply.destination.port)
        let destination = (try? SocketAddress(ipAddress: reply.destination.host, port: port ?? 5060)) ?? remote
        do {
            try await outbound.write(Datagram(remoteAddress: destination, data: ByteBuffer(bytes: reply.bytes)))
        } catch {
            logger.debug("a reply could not be sent: \(error)")
        }
    }

    private func keepTime(_ outbound: Outbound) async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: Self.tick)
            let actions = state.withLock { $0.advance(to: now) }
            for case .send(let reply) in actions { await send(reply, address, outbound) }
        }
    }
}
