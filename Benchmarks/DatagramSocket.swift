import Glibc

/// A UDP socket on 127.0.0.1 that blocks its thread.
struct DatagramSocket: Sendable {
    private let descriptor: Int32
    /// Its own port.
    let port: Int

    private static let bufferBytes: Int32 = 4 << 20
    private static let longestDatagram = 65_535

    /// A socket on a free port.
    /// - Parameter host: an IPv4 address of this machine.
    init?(host: String = "127.0.0.1") {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        guard unsafe Self.withAddress(host, 0, { address, size in unsafe bind(descriptor, address, size) }) == 0,
            let port = Self.port(of: descriptor)
        else {
            _ = Glibc.close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        self.port = port
    }

    /// A socket that talks to a port of this machine only.
    init?(connectedTo remote: Int, receiveTimeoutMilliseconds: Int) {
        guard let socket = DatagramSocket() else { return nil }
        self = socket
        let descriptor = socket.descriptor
        var size = Self.bufferBytes
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var limit = timeval(tv_sec: 0, tv_usec: receiveTimeoutMilliseconds * 1000)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = unsafe Self.withAddress("127.0.0.1", remote) { address, size in
            unsafe connect(descriptor, address, size)
        }
        guard result == 0 else {
            close()
            return nil
        }
    }

    func close() { _ = Glibc.close(descriptor) }

    func send(_ text: String) {
        var text = text
        _ = text.withUTF8 { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// The next datagram; `nil` when none came in time.
    func receive() -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.longestDatagram) { buffer, count in
            count = unsafe max(recv(descriptor, buffer.baseAddress, buffer.count, 0), 0)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// A port that is free for UDP and TCP at the moment, for a program that is told its port.
    static func freePort(host: String = "127.0.0.1") throws -> Int {
        for _ in 0..<50 {
            guard let datagrams = DatagramSocket(host: host) else { continue }
            defer { datagrams.close() }
            let stream = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { _ = Glibc.close(stream) }
            let result = unsafe withAddress(host, datagrams.port) { address, size in unsafe bind(stream, address, size)
            }
            if result == 0 { return datagrams.port }
        }
        throw BenchError("there is no free port at \(host)")
    }

    private static func port(of descriptor: Int32) -> Int? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return result == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }

    private static func withAddress(
        _ host: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(clamping: port).bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return -1 }
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, size) }
        }
    }
}
