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

    /// A digit of a hexadecimal number, from 0 to 15.
    mutating func append(hexadecimal digit: UInt8) {
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
    }
}
