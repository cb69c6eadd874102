import Glibc

/// A socket that asks one address and reads what comes back.
package final class UDPClient: Sendable {
    private let descriptor: Int32

    /// - Parameter local: the address to ask from; a port is chosen.
    package init(from local: String = "127.0.0.1", to host: String, _ port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        _ = unsafe withSocketAddress(local, 0) { unsafe bind(descriptor, $0, $1) }
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

    /// The next final answer, `nil` when none comes within the limit. Provisional ones are passed over.
    package func finalAnswer(within limit: Duration = .seconds(5)) async -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_535)
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            if count > 0 {
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                if text.hasPrefix("SIP/2.0 ") && !text.hasPrefix("SIP/2.0 1") { return text }
            } else {
                try? await Task.sleep(for: .milliseconds(5))  // a cancelled sleep only asks sooner
            }
        }
        return nil
    }

    /// Sends a request; its final answer.
    package func ask(_ bytes: [UInt8]) async -> String? {
        send(bytes)
        return await finalAnswer()
    }
}
