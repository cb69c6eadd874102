import Glibc

/// Whether a port can be bound, without sharing it.
enum FreePort {
    static func isFree(host: String, port: UInt16, datagrams: Bool) -> Bool {
        let type = datagrams ? Int32(SOCK_DGRAM.rawValue) : Int32(SOCK_STREAM.rawValue)
        let descriptor = socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
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
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return true }
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) == 0 }
        }
    }
}
