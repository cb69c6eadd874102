package import Glibc
import Synchronization

/// Ports for programs that are told theirs: free at the moment, and given to nobody else in this run.
package enum FreePorts {
    /// Below the range that the kernel gives to sockets without a port of their own.
    private static let range: ClosedRange<UInt16> = 20_000...31_999
    private static let given = Mutex<Set<UInt16>>([])

    /// A port that is free for UDP and for TCP.
    package static func take(_ host: String = "127.0.0.1") throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: range)
            guard isFree(host, port, SOCK_DGRAM), isFree(host, port, SOCK_STREAM) else { continue }
            if given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw NoFreePort(host: host)
    }

    /// Whether nobody has the port. To ask is to take it for a moment, so this is no way to wait for who will bind it.
    package static func isFree(_ host: String, _ port: UInt16, _ type: __socket_type) -> Bool {
        let descriptor = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A TCP port whose connections have ended is free, although the kernel remembers them for a minute.
        var on: Int32 = 1
        if type == SOCK_STREAM {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        return unsafe withSocketAddress(host, port) { unsafe bind(descriptor, $0, $1) == 0 }
    }
}

/// No port is left.
package struct NoFreePort: Error, CustomStringConvertible {
    let host: String
    package var description: String { "no free port at \(host)" }
}
