import Crypto

/// A hash for digest authentication (RFC 7616 section 3.3, RFC 8760 section 2.3). The `-sess` variants are not offered.
package enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
    case sha256 = "SHA-256"
    case sha512t256 = "SHA-512-256"
    case md5 = "MD5"

    /// The algorithm of this name in any case, nil for one that is not offered.
    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            return nil
        }
        self = found
    }

    /// The length of a digest in bytes.
    package var byteCount: Int { self == .md5 ? 16 : 32 }

    func hash(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha512t256: SHA512t256.hash(bytes)
        case .md5: Array(Insecure.MD5.hash(data: bytes))
        }
    }

    /// The lower-case hex digits of the hash, as digest authentication feeds hashes to hashes.
    func hexHash(_ bytes: [UInt8]) -> [UInt8] { Hex.digits(of: hash(bytes)) }
}

/// Hex digits to and from bytes.
enum Hex {
    static func digits(of bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 0x0F))
        }
        return digits
    }

    /// Nil unless `digits` is an even number of hex digits.
    static func bytes(of digits: some Collection<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let nibble = Span<UInt8>.nibble(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return bytes
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}

/// Compares secrets in a time that depends on their lengths only.
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
