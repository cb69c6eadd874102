package import struct Foundation.UUID

extension UUID {
    /// As PostgreSQL writes it: lower case.
    package var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        appendText(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
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
