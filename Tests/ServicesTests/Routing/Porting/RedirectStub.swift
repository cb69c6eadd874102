import Foundation
import NIOCore
import NIOPosix

/// A SIP server on a free UDP port that answers requests as a test says.
struct RedirectStub {
    /// Runs it for as long as the body.
    /// - Parameter answer: the datagrams to send for one that came.
    static func run(
        _ answer: @escaping @Sendable (String) -> [String], _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Responder(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(channel.localAddress?.port ?? 0)
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    /// A response to a request, with the header fields that every response has.
    static func response(_ status: String, to request: String, _ more: String = "") -> String {
        let lines = request.components(separatedBy: "\r\n")
        let copied = ["Via:", "From:", "Call-ID:", "CSeq:"].compactMap { name in
            lines.first { $0.hasPrefix(name) }
        }
        let to = lines.first { $0.hasPrefix("To:") } ?? ""
        return
            (["SIP/2.0 \(status)"] + copied + ["\(to);tag=stub"] + (more.isEmpty ? [] : [more])
            + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    }

    private final class Responder: ChannelInboundHandler, Sendable {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        private let answer: @Sendable (String) -> [String]

        init(answer: @escaping @Sendable (String) -> [String]) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let datagram = unwrapInboundIn(data)
            for text in answer(String(buffer: datagram.data)) {
                let reply = AddressedEnvelope(remoteAddress: datagram.remoteAddress, data: ByteBuffer(string: text))
                context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
            }
        }
    }
}
