extension Sequence where Element == UInt8 {
    /// Two hexadecimal digits for each byte, in lower case.
    package var hex: String { map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() }
}
