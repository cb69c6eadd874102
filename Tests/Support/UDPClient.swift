import Glibc

/// A socket that asks one address and reads what comes back.
package final class UDPClient: Sendable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - local: the address to ask from.
    ///   - localPort: 0 takes a free one.
    package init(from local: String = "127.0.0.1", port localPort: UInt16 = 0, to host: String, _ port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // A program that is being started holds our sockets for a moment, also one that had this port and is closed.
        var tries = 0
        while unsafe withSocketAddress(local, localPort, { unsafe bind(descriptor, $0, $1) }) != 0,
            errno == EADDRINUSE, tries < 2_000
        {
            tries += 1
            usleep(5_000)
        }
        _ = unsafe withSocketAddress(host, port) { unsafe connect(descriptor, $0, $1) }
    }

    deinit { close(descriptor) }

    /// The port that answers come to.
    package var localPort: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Sends a datagram.
    package func send(_ bytes: [UInt8]) {
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// The next datagram, `nil` when none comes within the limit.
    package func receive(within limit: Duration = .seconds(5)) async -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_535)
        let deadline = ContinuousClock.now + limit
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            if count > 0 { return String(decoding: buffer[..<count], as: UTF8.self) }
            guard ContinuousClock.now < deadline else { return nil }
            try? await Task.sleep(for: .milliseconds(5))  // a cancelled sleep only asks sooner
        }
    }

    /// The next final answer, `nil` when none comes within the limit. Provisional ones are passed over.
    /// - Parameter branch: of the request; answers to others, which may come late or again, are passed over.
    package func finalAnswer(within limit: Duration = .seconds(5), to branch: String? = nil) async -> String? {
        let deadline = ContinuousClock.now + limit
        while let text = await receive(within: max(deadline - .now, .zero)) {
            guard text.hasPrefix("SIP/2.0 ") && !text.hasPrefix("SIP/2.0 1") else { continue }
            if branch.map({ text.contains("branch=\($0)") }) ?? true { return text }
        }
        return nil
    }

    /// Sends a request; its final answer.
    /// - Parameter tries: how often it is sent, each half a second after the one before, as a lost datagram is.
    package func ask(_ bytes: [UInt8], tries: Int = 10) async -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        let branch = text.firstMatch(of: /branch=([^;\s]+)/).map { String($0.1) }
        for _ in 1..<tries {
            send(bytes)
            if let answer = await finalAnswer(within: .milliseconds(500), to: branch) { return answer }
        }
        send(bytes)
        return await finalAnswer(to: branch)
    }
}
