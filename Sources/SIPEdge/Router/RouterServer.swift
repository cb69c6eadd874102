import Foundation
package import Logging
import NIOCore
import NIOPosix
import Reactor
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

    /// Calls that others have to be asked about first.
    private let questions: AsyncStream<Question>
    private let questionCame: AsyncStream<Question>.Continuation

    private typealias Question = @Sendable () async -> Void

    /// How often transactions are looked at for time-outs.
    private static let tick = Duration.milliseconds(50)
    private static let receiveBufferBytes = 4 << 20
    /// How many datagrams are read at once: they share a buffer, in which each needs room for the longest.
    private static let datagramsAtOnce = 4

    /// - Parameter port: 0 takes a free one.
    package init(host: String, port: Int, router: Router, logger: Logger) throws {
        address = try SocketAddress(ipAddress: host, port: port)
        self.router = router
        self.logger = logger
        salt = .random(in: 0 ... .max)
        state = Mutex(ServerTransactions(salt: salt))
        // Each is answered within the time that porting services have.
        (questions, questionCame) = AsyncStream.makeStream()
    }

    /// Serves until the task is cancelled.
    /// - Parameter listening: hears the port once the socket is bound.
    /// - Throws: when the port is taken.
    package func run(listening: @Sendable (Int) -> Void) async throws {
        var channel = try await bind(to: address)
        let bound = channel.localAddress ?? address
        listening(bound.port ?? 0)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { asked in
                    for await question in self.questions { asked.addTask { await question() } }
                }
            }
            while true {
                try await serve(channel)
                try Task.checkCancellation()
                logger.error("the router's socket was closed and is opened again")
                // One send that fails, as on a network that is down, may close the socket: without another one the
                // router would be deaf. Transactions are kept, and the edge asks again.
                try await Task.sleep(for: Self.tick)
                channel = try await bind(to: bound)
            }
        }
    }

    private func bind(to address: SocketAddress) async throws -> any Channel {
        do {
            return try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.socketOption(.so_rcvbuf), value: Self.receiveBufferBytes)
                .channelOption(
                    .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.datagramsAtOnce << 16)
                )
                .channelOption(.datagramVectorReadMessageCount, value: Self.datagramsAtOnce)
                .channelInitializer { channel in
                    // A call that arrives while routing data are read does not wait for the reader's tick.
                    Scheduling.askForShortSlices()
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(RouterSocket(self, channel, self.logger))
                    }
                }
                .bind(to: address).get()
        } catch {
            throw EdgeError("the router cannot listen on \(address): \(error); choose another port in HEDDLE_ROUTERS")
        }
    }

    /// Serves until the socket is closed or the task is cancelled.
    private func serve(_ channel: any Channel) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.keepTime(channel) }
            try await withTaskCancellationHandler {
                try await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            group.cancelAll()
        }
    }

    private var now: Moment {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Moment(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    // MARK: What the socket asks

    /// Whether datagrams from this address are looked at.
    func accepts(_ source: SIP.Endpoint) -> Bool { router.accepts(source) }

    /// Takes a datagram.
    /// - Parameter send: sends a reply; called before this returns, or later and from another thread.
    func receive(_ datagram: [UInt8], from source: SIP.Endpoint, send: @escaping RouterSocket.Sender) {
        switch Message.parse(datagram, from: source) {
        case .request(let request):
            perform(state.withLock { $0.receive(request, at: now) }, send)
        case .refused(let refusal):
            let reply = refusal.reply(salt: salt)
            send { [reply] }
        case .response, .keepAlive, .unusable:
            break
        }
    }

    private func perform(_ actions: [TransactionAction], _ send: @escaping RouterSocket.Sender) {
        for action in actions {
            switch action {
            case .send(let reply): send { [reply] }
            case .deliver(let request, let id): deliver(request, id, send)
            case .cancelled, .abandoned, .unacknowledged: break  // the edge's CDR settles what was held
            }
        }
    }

    private func deliver(_ request: Request, _ id: TransactionID, _ send: @escaping RouterSocket.Sender) {
        let began = ContinuousClock.now
        let respond: @Sendable (ReplyContent) -> [Reply] = { content in
            defer { self.latencies.record(ContinuousClock.now - began) }
            let actions = self.state.withLock { $0.respond(to: id, with: content, at: self.now) }
            return actions.compactMap { action in if case .send(let reply) = action { reply } else { nil } }
        }
        if let immediate = router.immediateReply(to: request) { return send { respond(immediate) } }
        let question = router.answer(request) { content in send { respond(content()) } }
        if let question { questionCame.yield(question) }
    }

    /// Repeats what was not acknowledged, and gives up what nobody answered.
    private func keepTime(_ channel: any Channel) async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: Self.tick)
            let actions = state.withLock { $0.advance(to: now) }
            for case .send(let reply) in actions {
                let remote = RouterSocket.address(reply.destination, insteadOf: address)
                let datagram = AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: reply.bytes))
                channel.writeAndFlush(datagram, promise: nil)
            }
        }
    }
}
