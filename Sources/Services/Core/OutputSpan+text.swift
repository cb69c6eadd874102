extension OutputSpan<UInt8> {
    /// Bytes as they are.
    mutating func append(_ bytes: RawSpan) {
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            precondition(bytes.byteCount <= buffer.count - count)
            unsafe bytes.withUnsafeBytes { source in
                guard let from = source.baseAddress, let start = buffer.baseAddress else { return }
                unsafe UnsafeMutableRawPointer(start + count).copyMemory(from: from, byteCount: source.count)
            }
            count += bytes.byteCount
        }
    }

    /// A text in UTF-8.
    mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// A text of the program itself.
    mutating func append(literal text: StaticString) {
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).bytes)
    }

    /// The four digits of a hexadecimal number, all at once: each in a byte, of which those above 9 are moved on to the
    /// letters.
    mutating func append(hexadecimal number: UInt16) {
        var digits = UInt32(number)
        digits = (digits | digits << 8) & 0x00ff_00ff
        digits = (digits | digits << 4) & 0x0f0f_0f0f
        let above9 = (digits &+ 0x0606_0606) >> 4 & 0x0101_0101
        let text = digits &+ 0x3030_3030 &+ above9 &* 0x27
        append(UInt8(truncatingIfNeeded: text >> 24))
        append(UInt8(truncatingIfNeeded: text >> 16))
        append(UInt8(truncatingIfNeeded: text >> 8))
        append(UInt8(truncatingIfNeeded: text))
    }
}
