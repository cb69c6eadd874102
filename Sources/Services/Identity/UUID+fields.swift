import struct Foundation.UUID

extension UUID {
    /// An id from its two halves as numbers; the version and variant of RFC 9562 (4.1, 4.2) go over their bits.
    init(high: UInt64, low: UInt64, version: UInt64) {
        let high = high & ~(0xf << 12) | version << 12
        let low = low & ~(0b11 << 62) | 0b10 << 62
        func byte(_ half: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: half >> (56 - 8 * index)) }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }

    /// Its two halves as numbers.
    var halves: (high: UInt64, low: UInt64) {
        let (high, low) = unsafe unsafeBitCast(uuid, to: (UInt64, UInt64).self)
        return (UInt64(bigEndian: high), UInt64(bigEndian: low))
    }

    /// The sixteen bytes, in the order in which they are written.
    var networkBytes: [UInt8] {
        let (b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15) = uuid
        return [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15]
    }
}
