import Foundation
import NIOCore
import NIOPosix
import SIP
import Telecom

/// Asks a SIP redirect server over UDP: an INVITE to the number, answered with 302 and a Contact whose number carries
/// `rn` and `npdi` (RFC 4694). The server's answer is acknowledged, so that it stops repeating it.
struct AskRedirect: PortingPlugin {
    /// An address: a look-up of a name would take longer than a call waits.
    let host: String
    let port: Int

    private typealias Datagram = AddressedEnvelope<ByteBuffer>

    /// When a question is sent once more, in case it was lost.
    private static let repetition = Duration.milliseconds(60)

    func ask(_ number: E164) async throws -> PortingAnswer {
        let remote = try SocketAddress(ipAddress: host, port: port)
        // Connected: a datagram of anybody else does not come in.
        let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
            .connect(to: remote) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<Datagram, Datagram>(wrappingChannelSynchronously: channel)
                }
            }
        let question = RedirectQuestion(
            number: number, host: host, port: port, local: channel.channel.localAddress?.hostPort ?? "127.0.0.1:5060")
        return try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: PortingAnswer.self) { group in
                group.addTask {
                    while true {
                        try await outbound.write(
                            Datagram(remoteAddress: remote, data: ByteBuffer(string: question.invite)))
                        try await Task.sleep(for: Self.repetition)
                    }
                }
                group.addTask {
                    for try await datagram in inbound {
                        let bytes = Array(datagram.data.readableBytesView)
                        guard let response = question.finalResponse(in: bytes) else { continue }
                        try await outbound.write(
                            Datagram(remoteAddress: remote, data: ByteBuffer(string: question.ack(of: response))))
                        return try question.answer(in: response)
                    }
                    throw PortingFailure.unusable("its address cannot be reached")
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw PortingFailure.timedOut }
                return answer
            }
        }
    }
}

extension SocketAddress {
    fileprivate var hostPort: String? {
        guard let ipAddress, let port else { return nil }
        return ipAddress.contains(":") ? "[\(ipAddress)]:\(port)" : "\(ipAddress):\(port)"
    }
}

/// One question to a redirect server: what is sent, and what its answer says.
struct RedirectQuestion: Sendable {
    let number: E164
    private let target: String
    private let local: String
    private let token = String(UInt64.random(in: .min ... .max), radix: 36)

    init(number: E164, host: String, port: Int, local: String) {
        self.number = number
        self.local = local
        let host = host.contains(":") ? "[\(host)]" : host
        target = "sip:\(number)@\(host):\(port)"
    }

    private var branch: String { "z9hG4bK-\(token)" }

    var invite: String {
        head("INVITE", to: "<\(target)>") + "Contact: <sip:heddle@\(local)>\r\nContent-Length: 0\r\n\r\n"
    }

    func ack(of response: Response) -> String { head("ACK", to: "\(response.to)") + "Content-Length: 0\r\n\r\n" }

    private func head(_ method: String, to: String) -> String {
        """
        \(method) \(target) SIP/2.0\r
        Via: SIP/2.0/UDP \(local);branch=\(branch);rport\r
        Max-Forwards: 70\r
        From: <sip:heddle@\(local)>;tag=\(token)\r
        To: \(to)\r
        Call-ID: \(token)@heddle\r
        CSeq: 1 \(method)\r\n
        """
    }

    /// The final response to this question; nil for everything else that comes.
    func finalResponse(in bytes: [UInt8]) -> Response? {
        let nobody = SIP.Endpoint(host: "", port: 0)
        guard case .response(let response) = Message.parse(bytes, from: nobody), response.status.rawValue >= 200,
            response.via.branch?.string == branch, response.callID.string == "\(token)@heddle"
        else { return nil }
        return response
    }

    func answer(in response: Response) throws(PortingFailure) -> PortingAnswer {
        guard (300..<400).contains(response.status.rawValue) else {
            throw .unusable("it answered with status \(response.status.rawValue)")
        }
        guard let contact = (try? response.headers.addresses(.contact))?.first else {
            throw .unusable("its answer has no Contact that can be read")
        }
        let parameters = contact.uri.numberParameters
        let said = SignalledPorting(
            npdi: parameters["npdi"], routingNumber: parameters["rn"], context: parameters["rn-context"])
        guard let porting = said?.porting(of: number) else {
            throw .unusable("the Contact of its answer has neither npdi nor a routing number")
        }
        guard let routingNumber = porting.routingNumber else { return .notPorted }
        guard let answer = PortingAnswer(number, routingNumber: routingNumber) else {
            throw .unusable("its answer has a routing number that is none")
        }
        return answer
    }
}
