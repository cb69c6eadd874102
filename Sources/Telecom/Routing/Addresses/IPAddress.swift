/// An IPv4 or IPv6 address. An IPv4 address that came in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address, so that
/// a dual-stack socket does not make a known peer a stranger.
package struct IPAddress: Sendable, Hashable {
    /// The two kinds of addresses.
    package enum Family: UInt8, Sendable, Hashable {
        case v4
        case v6

        /// 32 or 128.
        package var bitCount: Int { self == .v4 ? 32 : 128 }
    }

    package let family: Family
    /// The address as an integer, the first byte on the wire being the most significant.
    package let bits: UInt128

    package init(v4 bits: UInt32) {
        family = .v4
        self.bits = UInt128(bits)
    }

    package init(v6 bits: UInt128) {
        let isMapped = bits >> 32 == 0xffff
        family = isMapped ? .v4 : .v6
        self.bits = isMapped ? bits & 0xffff_ffff : bits
    }
}

extension IPAddress: LosslessStringConvertible {
    /// Reads dotted IPv4 or RFC 4291 IPv6 text, also in the square brackets of a SIP URI. Zone identifiers and IPv4
    /// parts with leading zeros (octal to some, decimal to others) are refused.
    package init?(_ description: String) {
        var text = description[...]
        if text.first == "[" {
            guard text.last == "]", text.contains(":") else { return nil }
            text = text.dropFirst().dropLast()
        }
        if let bits = IPAddress.v4Bits(text.utf8) {
            self.init(v4: bits)
        } else if let bits = IPAddress.v6Bits(text) {
            self.init(v6: bits)
        } else {
            return nil
        }
    }

    private static func v4Bits(_ text: Substring.UTF8View) -> UInt32? {
        var bits: UInt32 = 0
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt32 = 0
            for byte in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    /// The groups before and after `::` are read apart; what is missing between them is zeros.
    private static func v6Bits(_ text: Substring) -> UInt128? {
        let colons = Array("::".utf8)
        var head = text.utf8
        var tail: Substring.UTF8View?
        if let gap = firstIndex(of: colons, in: text.utf8) {
            head = text.utf8[..<gap]
            tail = text.utf8[text.utf8.index(gap, offsetBy: 2)...]
        }
        guard let first = groups(head, mayEndInV4: tail == nil) else { return nil }
        guard let tail else { return first.count == 8 ? joined(first) : nil }
        guard let last = groups(tail, mayEndInV4: true), first.count + last.count < 8 else { return nil }
        return joined(first + [UInt16](repeating: 0, count: 8 - first.count - last.count) + last)
    }

    private static func firstIndex(of colons: [UInt8], in text: Substring.UTF8View) -> Substring.UTF8View.Index? {
        text.indices.first { text[$0...].starts(with: colons) }
    }

    private static func groups(_ text: Substring.UTF8View, mayEndInV4: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInV4, index == parts.count - 1, let bits = v4Bits(part) {
                groups += [UInt16(bits >> 16), UInt16(bits & 0xffff)]
                continue
            }
            guard (1...4).contains(part.count), part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-"),
                let group = UInt16(Substring(part), radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups.count <= 8 ? groups : nil
    }

    private static func joined(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }

    /// Dotted for IPv4; for IPv6 the form of RFC 5952 (lower case, the longest run of zeros as `::`).
    package var description: String {
        if family == .v4 {
            let bytes = stride(from: 24, through: 0, by: -8).map { String(bits >> UInt128($0) & 0xff) }
            return bytes.joined(separator: ".")
        }
        let groups = stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: bits >> UInt128($0)) }
        let zeros = IPAddress.longestZeros(groups)
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard let zeros else { return text(groups[...]) }
        return text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
    }

    /// The first longest run of two or more zero groups.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(best?.count ?? 0, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        return best
    }
}
