import Glibc

/// Whether a port can be bound, without sharing it.
enum FreePort {
    /// Why it cannot be bound.
    enum Obstacle: String, Sendable {
        case taken = "is taken by another program; end it"
        case foreign = "is not an address of this machine; name one of `ip address`"
        case forbidden = "is a port that this user may not open; run heddle as root"
        case other = "cannot be opened"
    }

    static func isFree(host: String, port: UInt16, datagrams: Bool) -> Bool {
        obstacle(host: host, port: port, datagrams: datagrams) == nil
    }

    /// What keeps the port from being bound; `nil` when nothing does.
    static func obstacle(host: String, port: UInt16, datagrams: Bool) -> Obstacle? {
        let type = datagrams ? Int32(SOCK_DGRAM.rawValue) : Int32(SOCK_STREAM.rawValue)
        let descriptor = socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .other }
        defer { close(descriptor) }
        // Connections that have ended keep a TCP port for a minute; only one that listens holds it.
        var on: Int32 = 1
        if !datagrams {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        // IPv6 listeners are left to Kamailio, which tells when it cannot bind them.
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) == 0 }
        }
        return isBound ? nil : obstacle(of: errno)
    }

    /// bind(2).
    private static func obstacle(of error: Int32) -> Obstacle {
        switch error {
        case EADDRINUSE: .taken
        case EADDRNOTAVAIL: .foreign
        case EACCES: .forbidden
        default: .other
        }
    }
}
