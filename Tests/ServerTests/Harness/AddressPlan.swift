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

    init() throws {
        edge = "127.0.0.1:\(try FreePorts.take())"
        rpcPort = try FreePorts.take()
        routers = try (0..<2).map { _ in "127.0.0.1:\(try FreePorts.take())" }
        parties = try Self.hosts.mapValues { "\($0):\(try FreePorts.take($0))" }
    }

    func host(_ party: String) -> String { String(parties[party, default: party].prefix { $0 != ":" }) }

    func port(_ party: String) -> UInt16 {
        UInt16(parties[party, default: ""].drop { $0 != ":" }.dropFirst()) ?? 0
    }
}
