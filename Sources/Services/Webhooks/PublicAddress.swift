import Glibc

/// An address on the network that anybody may be sent to: not this machine, not a private network, and not what clouds
/// serve their machines from (RFC 6890 and its registries).
package struct PublicAddress: Sendable, Hashable {
    /// As it is written: 203.0.113.7, 2001:db8::7.
    package let text: String

    private struct Network: Sendable {
        let bytes: [UInt8]
        let bits: Int

        /// - Parameter text: an address and how many bits of it count.
        init(_ text: String) {
            let parts = text.split(separator: "/")
            bytes = PublicAddress.bytes(String(parts[0])) ?? []
            bits = Int(parts[1]) ?? 0
        }

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            return (0..<bits).allSatisfy { bit in
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                return address[bit / 8] & mask == bytes[bit / 8] & mask
            }
        }
    }

    private static let closed4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].map(Network.init)
    /// Of IPv6 only what is given out is open, without what is for examples or carries an IPv4 address inside.
    private static let open6 = Network("2000::/3")
    private static let closed6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map(Network.init)

    /// - Parameters:
    ///   - text: an address, not a name.
    ///   - allowed: networks that the operator of this Heddle opened, as 10.1.0.0/16.
    /// - Returns: `nil` when nobody may be sent there.
    package init?(_ text: String, allowed: [String] = []) {
        guard let bytes = Self.bytes(text) else { return nil }
        guard Self.isIn(text, allowed) || Self.isOpen(bytes) else { return nil }
        self.text = text
    }

    /// Whether a text is a network, as 10.1.0.0/16.
    package static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = bytes(String(parts[0])), let bits = Int(parts[1]) else { return false }
        return (0...bytes.count * 8).contains(bits)
    }

    /// Whether a text is an address, and not a name.
    package static func isAddress(_ text: String) -> Bool { bytes(text) != nil }

    /// Whether an address is in one of some networks.
    package static func isIn(_ text: String, _ networks: [String]) -> Bool {
        guard let bytes = bytes(text) else { return false }
        return networks.contains { Network($0).contains(bytes) }
    }

    private static func isOpen(_ bytes: [UInt8]) -> Bool {
        if bytes.count == 4 { return !closed4.contains { $0.contains(bytes) } }
        return open6.contains(bytes) && !closed6.contains { $0.contains(bytes) }
    }

    /// Four bytes, or sixteen; `nil` when the text is no address.
    static func bytes(_ text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if unsafe inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
