import Foundation
import Glibc
import Services

/// Asks a router as the edge does: so many INVITEs under way; each final reply is acknowledged and makes room for the
/// next. It has a thread and a socket of its own, so that it shares nothing with the router but the machine.
struct InviteLoad: Sendable {
    let port: Int
    let dialled: String
    /// INVITEs under way.
    let window: Int
    let seconds: Int
    /// Tells the calls of one run from those of another.
    let run: String

    struct Tally: Sendable {
        var routed = 0
        /// Final replies other than a 302.
        var refused = 0
        /// INVITEs without any reply for 200 ms.
        var lost = 0
        var elapsed = Duration.zero
        var lastRefusal = ""

        var perSecond: Double { Double(routed) / max(elapsed.seconds, 0.001) }
    }

    /// - Throws: when most calls were not routed: then the figure would be that of refusals.
    func callAsFunction() async throws -> Tally {
        let tally = await withCheckedContinuation { answer in
            let thread = Thread { answer.resume(returning: ask()) }
            thread.name = "invite-load"
            thread.start()
        }
        guard tally.routed > 10 * (tally.refused + tally.lost) else {
            throw BenchError(
                "the router routed \(tally.routed) calls, refused \(tally.refused) (\(tally.lastRefusal)), left "
                    + "\(tally.lost) without a reply")
        }
        return tally
    }

    private func ask() -> Tally {
        var tally = Tally()
        guard let socket = DatagramSocket(connectedTo: port, receiveTimeoutMilliseconds: 200) else { return tally }
        defer { socket.close() }
        let start = ContinuousClock.now
        let deadline = start + .seconds(seconds)
        var next = 0
        var underWay = 0
        func top() {
            while underWay < window {
                socket.send(invite(next, from: socket.port))
                next += 1
                underWay += 1
            }
        }
        top()
        while ContinuousClock.now < deadline {
            guard let reply = socket.receive() else {
                tally.lost += underWay
                underWay = 0
                top()
                continue
            }
            guard let number = take(reply, &tally, from: socket) else { continue }
            if number >= 0 { underWay -= 1 }
            top()
        }
        tally.elapsed = ContinuousClock.now - start
        return tally
    }

    /// Counts a final reply and acknowledges it; the number of its call, `nil` when it is provisional.
    private func take(_ reply: [UInt8], _ tally: inout Tally, from socket: DatagramSocket) -> Int? {
        let status = reply.dropFirst("SIP/2.0 ".utf8.count).prefix(3)
        guard let first = status.first, first != UInt8(ascii: "1"), let to = line("To: ", of: reply),
            let callID = line("Call-ID: ", of: reply), let dash = callID.lastIndex(of: UInt8(ascii: "-"))
        else { return nil }
        let number = callID[(dash + 1)...].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        if status.elementsEqual("302".utf8) {
            tally.routed += 1
        } else {
            tally.refused += 1
            tally.lastRefusal = String(decoding: reply.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        }
        socket.send(ack(number, to: String(decoding: to, as: UTF8.self), from: socket.port))
        return number
    }

    /// What stands behind a header field's name: bytes are looked at, for the load must not be what is measured.
    private func line(_ name: StaticString, of reply: [UInt8]) -> ArraySlice<UInt8>? {
        let length = name.utf8CodeUnitCount
        var start = 0
        while let end = reply[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let isFound = unsafe reply[start..<end].starts(
                with: UnsafeBufferPointer(start: name.utf8Start, count: length))
            if isFound { return reply[start + length..<end - 1] }
            start = end + 1
        }
        return nil
    }

    private func invite(_ number: Int, from port: Int) -> String {
        """
        INVITE sip:\(dialled)@127.0.0.1 SIP/2.0\r
        \(head(number, from: port))
        To: <sip:\(dialled)@127.0.0.1>\r
        CSeq: 1 INVITE\r
        Contact: <sip:\(SeedDemo.caller)@127.0.0.9:5060>\r
        X-Heddle-Edge: bench\r
        X-Heddle-Source: 127.0.0.9;5060;udp\r
        X-Heddle-Received: \(Date().microsecondsNow)\r
        Content-Length: 0\r
        \r

        """
    }

    private func ack(_ number: Int, to: String, from port: Int) -> String {
        """
        ACK sip:\(dialled)@127.0.0.1 SIP/2.0\r
        \(head(number, from: port))
        To: \(to)\r
        CSeq: 1 ACK\r
        Content-Length: 0\r
        \r

        """
    }

    /// The header fields that an INVITE and its ACK have in common.
    private func head(_ number: Int, from port: Int) -> String {
        """
        Via: SIP/2.0/UDP 127.0.0.1:\(port);branch=z9hG4bK-\(run)-\(number)\r
        Max-Forwards: 69\r
        From: <sip:\(SeedDemo.caller)@127.0.0.9>;tag=\(run)\(number)\r
        Call-ID: \(run)-\(number)\r
        """
    }
}
