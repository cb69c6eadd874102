import Glibc
import TestSupport

/// Who is where: the edge, its routers, and the parties of the seed, each at a loopback address and a free port.
struct AddressPlan: Sendable {
    let edge: String
    let rpcPort: UInt16
    let routers: [String]
    /// By the seed's names.
    let parties: [String: String]

    private static let hosts = [
        "carrier_a": "127.0.0.2", "carrier_b": "127.0.0.3", "carrier_c": "127.0.0.4", "emergency_a": "127.0.0.5",
        "emergency_b": "127.0.0.6", "customer": "127.0.0.9", "digest_customer": "127.0.0.12",
    ]
    /// Below the range that the kernel gives to sockets without a port of their own.
    private static let range: ClosedRange<UInt16> = 20_000...31_999

    init() throws {
        edge = "127.0.0.1:\(try Self.freePort("127.0.0.1"))"
        rpcPort = try Self.freePort("127.0.0.1")
        routers = try (0..<2).map { _ in "127.0.0.1:\(try Self.freePort("127.0.0.1"))" }
        parties = try Self.hosts.mapValues { "\($0):\(try Self.freePort($0))" }
    }

    func host(_ party: String) -> String { String(parties[party, default: party].prefix { $0 != ":" }) }

    func port(_ party: String) -> UInt16 {
        UInt16(parties[party, default: ""].drop { $0 != ":" }.dropFirst()) ?? 0
    }

    static func freePort(_ host: String) throws -> UInt16 {
        for _ in 0..<200 {
            let port = UInt16.random(in: range)
            if isFree(host, port, SOCK_DGRAM), isFree(host, port, SOCK_STREAM) { return port }
        }
        throw HarnessError("no free port at \(host)")
    }

    /// Whether nobody listens there.
    static func isFree(_ host: String, _ port: UInt16, _ type: __socket_type = SOCK_DGRAM) -> Bool {
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
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
