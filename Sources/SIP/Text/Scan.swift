/// Scanning of message bytes. Every function takes offsets that lie in the span and returns one that does.
///
/// Inside a header value CR and LF can only belong to a fold, because the line index refuses them elsewhere, so the
/// four blank characters are all "linear white space" (RFC 3261 section 7.3.1).
extension Span<UInt8> {
    /// The first offset in `start..<end` whose byte is not in `set`, or `end`.
    @inline(__always)
    func skip(_ set: ByteSet, from start: Int, to end: Int) -> Int {
        var at = start
        while at < end, set.contains(self[at]) { at += 1 }
        return at
    }

    /// The first offset in `start..<end` that holds `byte`, or `end`.
    @inline(__always)
    func find(_ byte: UInt8, from start: Int, to end: Int) -> Int {
        var at = start
        while at < end, self[at] != byte { at += 1 }
        return at
    }

    @inline(__always)
    func skipBlank(from start: Int, to end: Int) -> Int {
        var at = start
        while at < end, Self.isBlank(self[at]) { at += 1 }
        return at
    }

    @inline(__always)
    func trimBlank(from start: Int, to end: Int) -> Int {
        var at = end
        while at > start, Self.isBlank(self[at - 1]) { at -= 1 }
        return at
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }

    /// The offset after the closing quote of the string that opens at `start`, or nil when it never closes.
    func endOfQuoted(from start: Int, to end: Int) -> Int? {
        var at = start + 1
        while at < end {
            switch self[at] {
            case UInt8(ascii: "\\"): at += 2
            case UInt8(ascii: "\""): return at + 1
            default: at += 1
            }
        }
        return nil
    }

    /// Whether every `%` in the range is followed by two hex digits.
    func hasWholeEscapes(from start: Int, to end: Int) -> Bool {
        var at = start
        while at < end {
            if self[at] == UInt8(ascii: "%") {
                guard at + 2 < end, ByteSet.hexDigit.contains(self[at + 1]), ByteSet.hexDigit.contains(self[at + 2])
                else { return false }
                at += 3
            } else {
                at += 1
            }
        }
        return true
    }

    /// The decimal number that fills the range, or nil when it is empty, has another character, or is over `limit`.
    func decimal(from start: Int, to end: Int, limit: UInt64) -> UInt64? {
        guard start < end else { return nil }
        var value: UInt64 = 0
        for at in start..<end {
            let digit = self[at] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry, sum <= limit else { return nil }
            value = sum
        }
        return value
    }

    /// Compares without regard to ASCII case.
    func matches(_ word: String, from start: Int, to end: Int) -> Bool {
        let word = word.utf8.span
        guard word.count == end - start else { return false }
        for index in word.indices where Self.lowercase(self[start + index]) != Self.lowercase(word[index]) {
            return false
        }
        return true
    }

    @inline(__always)
    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// The value of one hex digit, or nil.
    static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
