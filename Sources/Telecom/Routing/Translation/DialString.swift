/// What is dialled or sent, symbol by symbol: digits, `*`, `#` and `+`.
///
/// The symbols are packed, four bits each, so that taking some off the front and putting others there is a shift and
/// needs no memory.
package struct DialString: Sendable, Hashable {
    /// The first symbol in the lowest four bits.
    private var packed: UInt128 = 0
    package private(set) var count = 0

    package static let maximumCount = 32

    static let star: UInt8 = 10
    static let hash: UInt8 = 11
    static let plus: UInt8 = 12

    /// The symbols exactly, `+` only in front; nil when there is anything else, or too many of them.
    package init?(_ text: some StringProtocol) {
        for byte in text.utf8 {
            guard let symbol = DialString.symbol(byte), count < DialString.maximumCount,
                symbol != DialString.plus || count == 0
            else { return nil }
            append(symbol)
        }
    }

    /// What a switch or a person dials: visual separators are left out, URI parameters are dropped. Nil for what is
    /// empty, is too long or has other things in it: that is read as it is, and refused for what it is.
    package init?(dialled text: String) {
        let bytes = text.utf8
        var index = bytes.startIndex
        scanning: while index != bytes.endIndex {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: " "): break
            case UInt8(ascii: ";"):
                if DialledDigits.isExtension(bytes[bytes.index(after: index)...]) { return nil }
                break scanning
            default:
                guard let symbol = DialString.symbol(byte), count < DialString.maximumCount,
                    symbol != DialString.plus || count == 0
                else { return nil }
                append(symbol)
            }
            index = bytes.index(after: index)
        }
        if count == 0 { return nil }
    }

    private mutating func append(_ symbol: UInt8) {
        packed |= UInt128(symbol) << UInt128(4 * count)
        count += 1
    }

    private static func symbol(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "*"): star
        case UInt8(ascii: "#"): hash
        case UInt8(ascii: "+"): plus
        default: nil
        }
    }

    /// The symbol at a position below `count`.
    subscript(position: Int) -> UInt8 { UInt8(truncatingIfNeeded: packed >> UInt128(4 * position)) & 15 }

    package var isEmpty: Bool { count == 0 }

    /// How many symbols there are behind a leading `+`.
    var digitCount: Int { count > 0 && self[0] == DialString.plus ? count - 1 : count }

    func dropping(first dropped: Int) -> DialString {
        var rest = self
        rest.packed = packed >> UInt128(4 * dropped)
        rest.count = max(count - dropped, 0)
        return rest
    }

    /// Nil when it would be too long, or have a `+` in its midst.
    func prepending(_ front: DialString) -> DialString? {
        if front.isEmpty { return self }
        guard front.count + count <= DialString.maximumCount, isEmpty || self[0] != DialString.plus else { return nil }
        var whole = front
        whole.packed |= packed << UInt128(4 * front.count)
        whole.count += count
        return whole
    }
}

extension DialString: CustomStringConvertible {
    package var description: String { text(hash: "#") }

    /// As the user part of a URI, where `#` must be escaped (RFC 3261, 25.1).
    package var escaped: String { text(hash: "%23") }

    private func text(hash: String) -> String {
        var text = ""
        for position in 0..<count {
            switch self[position] {
            case DialString.star: text += "*"
            case DialString.hash: text += hash
            case DialString.plus: text += "+"
            case let digit: text.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "0") + digit))
            }
        }
        return text
    }
}
