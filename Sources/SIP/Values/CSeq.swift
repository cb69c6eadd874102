/// `CSeq: 314159 INVITE` (RFC 3261 section 20.16).
package struct CSeq: Sendable, Hashable {
    /// Less than 2^31 (RFC 3261 section 8.1.1.5).
    package let number: UInt32
    /// The method the number counts.
    package let method: Method

    init(_ source: [UInt8], _ extent: Extent) throws(ParseError) {
        let text = source.span
        let end = extent.upper
        let digitsEnd = text.skip(.digit, from: extent.lower, to: end)
        guard let number = text.decimal(from: extent.lower, to: digitsEnd, limit: UInt64(Int32.max)) else {
            throw ParseError(.header(.cseq), expected: "a number below 2147483648", at: extent.lower)
        }
        let start = text.skipBlank(from: digitsEnd, to: end)
        guard start > digitsEnd, start < end, text.skip(.token, from: start, to: end) == end else {
            throw ParseError(.header(.cseq), expected: "a space and a method", at: digitsEnd)
        }
        self.number = UInt32(number)
        method = Method(source, Extent(start, end))
    }
}
