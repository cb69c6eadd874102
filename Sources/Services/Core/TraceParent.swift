/// Where in a trace somebody else's request stands: the header `traceparent` of the W3C Recommendation Trace Context.
///
/// Heddle records no spans of its own. So what it hands on is the span that it was asked by: whoever is told hangs its
/// own under that one, and no link of the chain is missing.
package struct TraceParent: Sendable, Equatable {
    /// The trace: 32 digits.
    package let traceID: String
    /// The span that asks: 16 digits.
    package let parentID: String
    /// Whether whoever asks may record it.
    package let isSampled: Bool

    /// The length of version 00, and the least of those that come after it.
    private static let length = 55

    /// - Parameter text: as the header has it; `nil` when it is none, which is then as if there were no header
    ///   (section 3.2.4 of the Recommendation).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.length, [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
        let (version, trace, parent, flags) = (bytes[0..<2], bytes[3..<35], bytes[36..<52], bytes[53..<55])
        guard [version, trace, parent, flags].allSatisfy({ $0.allSatisfy(Self.isDigit) }) else { return nil }
        let versionText = String(decoding: version, as: UTF8.self)
        // What comes after version 00 may have more behind the flags, and what that is we need not know.
        let isWhole = bytes.count == Self.length
        guard versionText != "ff", isWhole || versionText != "00" && bytes[Self.length] == UInt8(ascii: "-"),
            !trace.allSatisfy(Self.isZero), !parent.allSatisfy(Self.isZero),
            let bits = UInt8(String(decoding: flags, as: UTF8.self), radix: 16)
        else { return nil }
        traceID = String(decoding: trace, as: UTF8.self)
        parentID = String(decoding: parent, as: UTF8.self)
        isSampled = bits & 1 == 1
    }

    /// The header, as version 00 has it: of flags that are not known there are none.
    package var text: String { "00-\(traceID)-\(parentID)-0\(isSampled ? 1 : 0)" }

    /// Hexadecimal, in lower case.
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isZero(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "0") }
}
