package import struct Foundation.UUID

extension UUID {
    /// As PostgreSQL writes it: lower case.
    package var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        appendText(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Read from hexadecimal digits in their five groups (RFC 9562, section 4), and from nothing else: Foundation takes
    /// signs, spaces and whatever stands behind the first digit of a pair as well.
    package init?(text: some StringProtocol) {
        var value: UInt128 = 0
        var count = 0
        for byte in text.utf8 {
            defer { count += 1 }
            if count == 8 || count == 13 || count == 18 || count == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            guard count < 36 else { return nil }
            value = value << 4 | UInt128(digit)
        }
        guard count == 36 else { return nil }
        self = unsafe withUnsafeBytes(of: value.bigEndian) { unsafe $0.loadUnaligned(as: UUID.self) }
    }

    /// The same as bytes, for who writes many.
    func appendText(to bytes: inout [UInt8]) {
        let (high, low) = halves
        for (index, half) in [high, low].enumerated() {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(shift) & 15)
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                let isGroupEnd = index == 0 ? shift == 32 || shift == 16 || shift == 0 : shift == 48
                if isGroupEnd { bytes.append(UInt8(ascii: "-")) }
            }
        }
    }
}
