/// A block of addresses in CIDR form, as PostgreSQL's `inet` and `cidr` write it: `192.0.2.0/24`, `2001:db8::/32`, or a
/// single address. Host bits may be set, as in an `inet` column; they do not matter.
package struct AddressBlock: Sendable, Hashable, LosslessStringConvertible {
    package let family: IPAddress.Family
    /// The leading bits that are compared; the rest is zero.
    package let bits: UInt128
    /// 0…32 or 0…128.
    package let prefixLength: Int

    /// - Returns: nil when the length does not suit the address.
    package init?(_ address: IPAddress, prefixLength: Int) {
        guard (0...address.family.bitCount).contains(prefixLength) else { return nil }
        family = address.family
        self.prefixLength = prefixLength
        bits = address.bits & AddressBlock.mask(prefixLength, in: address.family)
    }

    package init?(_ description: String) {
        let parts = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefixLength: address.family.bitCount)
            return
        }
        let isDigits = parts[1].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDigits, let length = Int(parts[1]) else { return nil }
        // An IPv4 block in IPv6 clothes counts its length from the IPv6 address.
        let isMapped = address.family == .v4 && parts[0].contains(":")
        self.init(address, prefixLength: isMapped ? length - 96 : length)
    }

    /// Whether an address lies in the block; one of the other family never does.
    package func contains(_ address: IPAddress) -> Bool {
        address.family == family && address.bits & AddressBlock.mask(prefixLength, in: family) == bits
    }

    /// Ones where an address is compared, within the family's low 32 or 128 bits.
    static func mask(_ prefixLength: Int, in family: IPAddress.Family) -> UInt128 {
        let all: UInt128 = family == .v4 ? 0xffff_ffff : .max
        let hostBits = family.bitCount - prefixLength
        return hostBits >= 128 ? 0 : (all >> UInt128(hostBits)) << UInt128(hostBits)
    }

    package var description: String {
        let address = family == .v4 ? IPAddress(v4: UInt32(bits)) : IPAddress(v6: bits)
        return "\(address)/\(prefixLength)"
    }
}
